// A function that is still running when it is called again.
#include <algorithm>
#include <array>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: the same function again and again, and templates that call each other

inline std::uint32_t halved(std::uint32_t number) { return number / 2; }
inline constexpr Program<Lwt::Out> one_after_the_other = [](Packet packet) {
  return halved(halved(halved(packet.length()))) > 100 ? Drop : Ok;
};

// Each instance calls another one.
template <std::uint32_t Times>
std::uint32_t halved_so_often(std::uint32_t number) {
  if constexpr (Times == 0)
    return number;
  else
    return halved_so_often<Times - 1>(number / 2);
}
inline constexpr Program<Lwt::Out> templates = [](Packet packet) {
  return halved_so_often<5>(packet.length()) > 100 ? Drop : Ok;
};

template <class... Numbers>
std::uint32_t sum(std::uint32_t first, Numbers... others) {
  if constexpr (sizeof...(others) == 0)
    return first;
  else
    return first + sum(others...);
}
inline constexpr Program<Lwt::Out> packs = [](Packet packet) {
  return sum(packet.mark(), packet.hash(), packet.length()) > 100 ? Drop : Ok;
};

// Recursive, but run by the compiler.
consteval std::uint32_t factorial(std::uint32_t number) { return number < 2 ? 1 : number * factorial(number - 1); }
inline constexpr Program<Lwt::Out> at_compile_time = [](Packet packet) {
  return packet.length() > factorial(5) ? Drop : Ok;
};

// Sorts up to the size of an array.
inline constexpr Program<Lwt::Out> sorted_in_loops = [](Packet packet) {
  std::array<std::uint32_t, 4> numbers{packet.mark(), packet.hash(), packet.length(), 7};
  for (std::size_t end = numbers.size() - 1; end > 0; --end)
    for (std::size_t i = 0; i < end; ++i)
      if (numbers[i] > numbers[i + 1]) std::swap(numbers[i], numbers[i + 1]);
  return numbers[0] > 3 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> loops = [](Packet packet) {
  std::uint32_t number = packet.length();
  for (int i = 0; i < 5; ++i) number /= 2;
  return number > 100 ? Drop : Ok;
};

#elif CASE == 1  // a function that calls itself
// kernel: the call stack of 9 frames is too deep|recursive call|back-edge from insn
inline std::uint32_t sum_to(std::uint32_t number) {
  // error: 'sum_to' calls itself; use a loop with a constant bound [ebpfxx-recursion]
  return number == 0 ? 0 : number * number + sum_to(number / 2) % 7;
}
inline constexpr Program<Lwt::Out> direct = [](Packet packet) { return sum_to(packet.length()) > 100 ? Drop : Ok; };

#elif CASE == 2  // two functions that call each other
// kernel: the call stack of 9 frames is too deep|recursive call|back-edge from insn
inline std::uint32_t odd_steps(std::uint32_t number);
inline std::uint32_t even_steps(std::uint32_t number) {
  // note: 'odd_steps' is called here
  // explained: recursion
  return number < 2 ? number : odd_steps(number / 2) % 7 + number;
}
inline std::uint32_t odd_steps(std::uint32_t number) {
  // error: 'odd_steps' calls 'even_steps', which leads back here; use a loop with a constant bound [ebpfxx-recursion]
  return number < 2 ? 0 : even_steps(3 * number + 1) % 5 + number;
}
inline constexpr Program<Lwt::Out> mutual = [](Packet packet) {
  // note: 'even_steps' is called here, in program 'mutual'
  return even_steps(packet.length()) > 100 ? Drop : Ok;
};

#elif CASE == 3  // a method, through a template
// unchecked: loop-bound
// kernel: the call stack of 9 frames is too deep|recursive call|back-edge from insn
template <class Number>
struct Tree {
  Number depth(Number number) const {
    // error: 'Tree<unsigned int>::depth' calls itself; use a loop with a constant bound [ebpfxx-recursion]
    return number < 2 ? 1 : depth(number / 2) % 9 + depth(number / 3);
  }
};
inline constexpr Program<Lwt::Out> methods = [](Packet packet) {
  return Tree<std::uint32_t>{}.depth(packet.length()) > 7 ? Drop : Ok;
};

#elif CASE == 4  // a function of the library, here one that sorts
// no object: it has loops whose end the verifier does not see, too
inline constexpr Program<Lwt::Out> sorted = [](Packet packet) {
  std::array<std::uint32_t, 4> numbers{packet.mark(), packet.hash(), packet.length(), 7};
  // error: calls a function of the library that calls itself, 'std::__introsort_loop'; use a loop with a constant bound
  // [ebpfxx-recursion]
  std::sort(numbers.begin(), numbers.end());
  return numbers[0] > 3 ? Drop : Ok;
};
#endif
