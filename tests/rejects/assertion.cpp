// Checks that end a program when they fail, and what ends it without one.
// not precompiled: the checks of the library are asked for in front of its headers
#define _GLIBCXX_ASSERTIONS
#include <array>
#include <bitset>
#include <cassert>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using namespace std::literals;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline constexpr std::array<std::uint32_t, 8> primes{2, 3, 5, 7, 11, 13, 17, 19};

#if CASE == 0  // accepted: checks that are proven

inline constexpr Program<Lwt::Out> remainder = [](Packet packet) {
  return primes.at(packet.mark() % primes.size()) > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> tested = [](Packet packet) {
  const std::uint32_t index = packet.mark();
  if (index >= primes.size()) return Ok;
  assert(index < 8);
  return primes[index] == primes.at(index) ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> optionals = [](Packet packet) {
  std::optional<std::uint32_t> mark;
  if (packet.mark() != 0) mark = packet.mark();
  return mark && mark.value() > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> variants = [](Packet packet) {
  std::variant<std::uint32_t, std::uint64_t> either = packet.mark();
  if (packet.mark() > 3) either = std::uint64_t{packet.hash()};
  const bool large = std::visit([](auto number) { return number > 7; }, either);
  return large && std::holds_alternative<std::uint64_t>(either) && std::get<1>(either) > 9 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> texts = [](Packet packet) {
  const auto loaded = packet.load<std::array<char, 16>>(0);
  if (!loaded) return Ok;
  const std::string_view view(loaded->data(), loaded->size());
  if (view.starts_with("GET /"sv) || view.ends_with("HTTP"sv) || view.front() == '*') return Drop;
  return view.substr(3, 4) == "POST"sv ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> spans = [](Packet packet) {
  const std::array<std::uint32_t, 4> numbers{packet.mark(), packet.hash(), 3, 4};
  const std::span<const std::uint32_t> all(numbers);
  std::uint32_t sum = all.front() + all.back() + all.subspan(1, 2)[1];
  for (const std::uint32_t number : all.first(3)) sum += number;
  return sum > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> bits = [](Packet packet) {
  std::bitset<100> bits(packet.mark());
  bits <<= 70;
  return bits.test(72) || bits.count() > 7 ? Drop : Ok;
};

#elif CASE == 1  // at() with an index that may be any
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> any_index = [](Packet packet) {
  // error: calls 'at', whose check is not proven here, and nothing stops a program; test it before, with 'if', and
  // return a verdict [ebpfxx-assertion]
  return primes.at(packet.mark()) > 7 ? Drop : Ok;
};

#elif CASE == 2  // at() behind a test that lets one index too many pass
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> one_too_many = [](Packet packet) {
  const std::uint32_t index = packet.mark();
  if (index > primes.size()) return Ok;
  // error: calls 'at', whose check is not proven here, and nothing stops a program; test it before, with 'if', and
  // return a verdict [ebpfxx-assertion]
  return primes.at(index) > 7 ? Drop : Ok;
};

#elif CASE == 3  // a check that the application's flags ask for
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> asked_for = [](Packet packet) {
  // error: calls 'operator[]', whose assertion '__n < this->size()' is not proven here, and nothing stops a program;
  // test it before, with 'if', and return a verdict [ebpfxx-assertion]
  return primes[packet.mark()] > 7 ? Drop : Ok;
};

#elif CASE == 4  // an assertion in a function that two programs call
// no object: there is no way to stop a program in the kernel
inline std::uint32_t small(std::uint32_t number) {
  // error: asserts 'number < 8', which is not proven here, and nothing stops a program; test it before, with 'if', and
  // return a verdict [ebpfxx-assertion]
  assert(number < 8);
  return number;
}
inline constexpr Program<Lwt::Out> asserted = [](Packet packet) {
  // note: called here
  return small(packet.mark()) > 3 ? Drop : Ok;
};
inline constexpr Program<Lwt::Out> proven = [](Packet packet) { return small(packet.mark() & 7) > 3 ? Drop : Ok; };

#elif CASE == 5  // a substring
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> substring = [](Packet packet) {
  const auto loaded = packet.load<std::array<char, 16>>(0);
  if (!loaded) return Ok;
  const std::string_view view(loaded->data(), loaded->size());
  // error: calls 'substr', whose check is not proven here, and nothing stops a program; test it before, with 'if', and
  // return a verdict [ebpfxx-assertion]
  return view.substr(packet.mark(), 1) == "P"sv ? Drop : Ok;
};

#elif CASE == 6  // the alternative of a variant
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> alternative = [](Packet packet) {
  std::variant<std::uint32_t, std::uint64_t> either = packet.mark();
  if (packet.mark() > 3) either = std::uint64_t{packet.hash()};
  // error: calls 'get', whose check is not proven here, and nothing stops a program; test it before, with 'if', and
  // return a verdict [ebpfxx-assertion]
  return std::get<1>(either) > 9 ? Drop : Ok;
};

#elif CASE == 7  // what ends a program without a check
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> ended = [](Packet packet) {
  // error: calls 'abort', and nothing stops a program; return a verdict [ebpfxx-assertion]
  if (packet.mark() == 1) std::abort();
  return Ok;
};

#elif CASE == 8  // the same by a builtin
// no object: there is no way to stop a program in the kernel
inline constexpr Program<Lwt::Out> trapped = [](Packet packet) {
  // error: calls '__builtin_trap', and nothing stops a program; return a verdict [ebpfxx-assertion]
  if (packet.mark() == 2) __builtin_trap();
  return Ok;
};
#endif
