// Exceptions, which need a runtime that unwinds the stack.
#include <array>
#include <optional>
#include <stdexcept>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: exceptions that cannot happen in the kernel

// Thrown at compile time only, where it is an error of the constant's.
consteval std::uint32_t checked(std::uint32_t number) {
  if (number > 1500) throw std::out_of_range("longer than a packet");
  return number;
}
inline constexpr Program<Lwt::Out> at_compile_time = [](Packet packet) {
  return packet.length() > checked(1000) ? Drop : Ok;
};

constexpr std::uint32_t half(std::uint32_t number) {
  if (std::is_constant_evaluated() && number % 2 != 0) throw std::domain_error("odd");
  return number / 2;
}
inline constexpr Program<Lwt::Out> dead_branch = [](Packet packet) { return half(packet.length()) > 700 ? Drop : Ok; };

inline constexpr Program<Lwt::Out> noexcept_functions = [](Packet packet) noexcept {
  const std::optional<std::uint32_t> mark(packet.mark());
  return mark.has_value() && *mark > 7 ? Drop : Ok;
};

// Around the programs there is an application.
inline void fail() { throw std::runtime_error("no route"); }

#elif CASE == 1  // thrown
// no object: there is no runtime for exceptions in the kernel
inline constexpr Program<Lwt::Out> thrown = [](Packet packet) {
  // error: throws an exception, nothing in the kernel catches it; return a verdict or an empty optional
  // [ebpfxx-exception]
  if (packet.length() > 1500) throw 1;
  return Ok;
};

#elif CASE == 2  // caught
// kernel takes it: nothing is ever thrown, so that nothing is left of it
inline constexpr Program<Lwt::Out> caught = [](Packet packet) {
  // error: catches exceptions, a program has none; test what is returned [ebpfxx-exception]
  try {
    return packet.length() > 1500 ? Drop : Ok;
  } catch (...) {
    return Drop;
  }
};

#elif CASE == 3  // in a function that the program calls
// no object: there is no runtime for exceptions in the kernel
inline std::uint32_t checked(std::uint32_t length) {
  // error: throws an exception, nothing in the kernel catches it; return a verdict or an empty optional
  // [ebpfxx-exception]
  if (length > 1500) throw std::out_of_range("longer than a packet");
  return length;
}
inline constexpr Program<Lwt::Out> in_a_function = [](Packet packet) {
  // note: 'checked' is called here, in program 'in_a_function'
  return checked(packet.length()) > 1000 ? Drop : Ok;
};
#endif
