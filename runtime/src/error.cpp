#include <string>
#include <system_error>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/error.hpp>

namespace ebpfxx {

struct Error::State {
  ErrorDetails details;
  std::string line;
};

namespace {

std::string line_of(int number, const ErrorDetails& details) {
  std::string text = "cannot " + details.attempt + ": ";
  text += details.reason.empty() ? std::generic_category().message(number) : details.reason;
  if (!details.advice.empty()) text += "; " + details.advice;
  return text;
}

}  // namespace

Error::Error(int number, ErrorDetails details) : std::system_error(number, std::generic_category()) {
  std::string line = line_of(number, details);
  state_ = detail::share<const State>(State{std::move(details), std::move(line)});
}

const char* Error::what() const noexcept { return state_->line.c_str(); }
const std::string& Error::attempt() const noexcept { return state_->details.attempt; }
const std::string& Error::name() const noexcept { return state_->details.name; }
const std::string& Error::advice() const noexcept { return state_->details.advice; }
const explain::Refusal& Error::refusal() const noexcept { return state_->details.refusal; }

}  // namespace ebpfxx
