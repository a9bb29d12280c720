#pragma once

#include <string>
#include <system_error>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/explain/refusal.hpp>

namespace ebpfxx {

/// What the application asked for, and why it did not happen. Every field may be empty but `attempt`.
struct ErrorDetails {
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
  /// `number` is an errno; the message is made from `details`.
  Error(int number, ErrorDetails details);

  /// "cannot attach drop_egress to route 10.0.0.3/32: there is no interface veth9".
  const char* what() const noexcept override;

  /// What was attempted, in the imperative: "load program drop_egress".
  const std::string& attempt() const noexcept;
  /// The name of the user's that is at fault (an interface, a route, a program); may be empty.
  const std::string& name() const noexcept;
  /// What to do about it; may be empty.
  const std::string& advice() const noexcept;
  /// What the kernel's verifier said; `refusal().reason` is empty unless it refused a program.
  const explain::Refusal& refusal() const noexcept;

 private:
  struct State;

  // Shared, because copying an exception must not throw.
  detail::Shared<const State> state_;
};

}  // namespace ebpfxx
