#pragma once

#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <ebpfxx/explain/refusal.hpp>

namespace ebpfxx {

/// What the application asked for, and why it did not happen. Every field may be empty but `attempt`.
struct Failure {
  std::string attempt;         ///< as in "cannot <attempt>": "attach drop_egress to route 10.0.0.3/32"
  std::string name{};          ///< the one thing of the user's that is at fault: "veth9"
  std::string reason{};        ///< replaces the errno's own text in `what()` where that would mislead
  std::string advice{};        ///< what to do about it
  explain::Refusal refusal{};  ///< for a load: what the kernel's verifier said, and about which C++ line
};

/// Thrown by everything in the runtime that the kernel, or the state of the machine, can refuse.
///
/// `code()` carries the errno (std::generic_category); `what()` is one line for the person in front of the machine,
/// without a line break, that names what the user named.
class Error : public std::system_error {
 public:
  /// `number` is an errno; the message is made from `failure`.
  Error(int number, Failure failure)
      : std::system_error(number, std::generic_category()), state_(make_state(number, std::move(failure))) {}

  /// "cannot attach drop_egress to route 10.0.0.3/32: there is no interface veth9".
  const char* what() const noexcept override { return state_->line.c_str(); }

  /// What was attempted, in the imperative: "load program drop_egress".
  const std::string& attempt() const noexcept { return state_->failure.attempt; }
  /// The name of the user's that is at fault (an interface, a route, a program); may be empty.
  const std::string& name() const noexcept { return state_->failure.name; }
  /// What to do about it; may be empty.
  const std::string& advice() const noexcept { return state_->failure.advice; }
  /// What the kernel's verifier said; `refusal().reason` is empty unless it refused a program.
  const explain::Refusal& refusal() const noexcept { return state_->failure.refusal; }

 private:
  // Shared, because copying an exception must not throw.
  struct State {
    Failure failure;
    std::string line;
  };

  static std::shared_ptr<const State> make_state(int number, Failure failure) {
    std::string text = line(number, failure);
    return std::make_shared<const State>(State{std::move(failure), std::move(text)});
  }

  static std::string line(int number, const Failure& failure) {
    std::string text = "cannot " + failure.attempt + ": ";
    text += failure.reason.empty() ? std::generic_category().message(number) : failure.reason;
    if (!failure.advice.empty()) text += "; " + failure.advice;
    return text;
  }

  std::shared_ptr<const State> state_;
};

}  // namespace ebpfxx
