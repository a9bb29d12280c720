#include <string>
#include <system_error>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/error.hpp>

namespace ebpfxx {

struct Error::State {
  ErrorDetails failure;
  std::string line;
};

namespace {

std::string line_of(int number, const ErrorDetails& failure) {
  std::string text = "cannot " + failure.attempt + ": ";
  text += failure.reason.empty() ? std::generic_category().message(number) : failure.reason;
  if (!failure.advice.empty()) text += "; " + failure.advice;
  return text;
}

}  // namespace

Error::Error(int number, ErrorDetails failure) : std::system_error(number, std::generic_category()) {
  std::string line = line_of(number, failure);
  state_ = detail::share<const State>(State{std::move(failure), std::move(line)});
}

const char* Error::what() const noexcept { return state_->line.c_str(); }
const std::string& Error::attempt() const noexcept { return state_->failure.attempt; }
const std::string& Error::name() const noexcept { return state_->failure.name; }
const std::string& Error::advice() const noexcept { return state_->failure.advice; }
const explain::Refusal& Error::refusal() const noexcept { return state_->failure.refusal; }

}  // namespace ebpfxx
