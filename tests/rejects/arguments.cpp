// A call that passes more than the five registers hold.
#include <array>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Numbers {
  std::uint64_t one, two, three, four, five, six;
};

#if CASE == 0  // accepted: any number of arguments where functions are inlined, five where not

inline std::uint64_t sum_of_six(std::uint64_t one, std::uint64_t two, std::uint64_t three, std::uint64_t four,
                                std::uint64_t five, std::uint64_t six) {
  return one + two + three + four + five + six;
}
inline Numbers all(std::uint64_t number) { return {number, number, number, number, number, number}; }
inline constexpr Program<Lwt::Out> inlined = [](Packet packet) {
  const Numbers numbers = all(packet.hash());
  return sum_of_six(packet.length(), packet.mark(), packet.hash(), 4, 5, numbers.six) > 7 ? Drop : Ok;
};

[[gnu::noinline]] inline std::uint64_t sum_of_five(std::uint64_t one, std::uint64_t two, std::uint64_t three,
                                                   std::uint64_t four, std::uint64_t five) {
  return one + two * three + four * five;
}
[[gnu::noinline]] inline std::uint64_t sum(const Numbers& numbers) { return numbers.one * numbers.two + numbers.six; }
inline constexpr Program<Lwt::Out> called = [](Packet packet) {
  const std::uint64_t some = sum_of_five(packet.length(), packet.mark(), packet.hash(), packet.priority(), 5);
  return some > 7 && sum(all(packet.hash())) > 7 ? Drop : Ok;
};

#elif CASE == 1  // six arguments
// kernel takes it: LLVM reports the sixth argument and goes on without it
// error: takes 6 arguments, a function that is not inlined has 5 at most; pass a struct by reference [ebpfxx-arguments]
[[gnu::noinline]] inline std::uint64_t sum(std::uint64_t one, std::uint64_t two, std::uint64_t three,
                                           std::uint64_t four, std::uint64_t five, std::uint64_t six) {
  return one + two * three + four * five - six;
}
inline constexpr Program<Lwt::Out> six = [](Packet packet) {
  return sum(packet.length(), packet.mark(), packet.hash(), packet.priority(), packet.ifindex(), 7) > 7 ? Drop : Ok;
};

#elif CASE == 2  // a result that no register holds
// kernel takes it: LLVM reports the result and goes on without it
// error: takes or returns more than a register holds, and is not inlined; pass a reference, or let it be inlined
// [ebpfxx-arguments]
[[gnu::noinline]] inline Numbers all(std::uint64_t number) {
  return {number, number * 2, number * 3, number * 4, number * 5, number * 6};
}
inline constexpr Program<Lwt::Out> result = [](Packet packet) {
  const Numbers numbers = all(packet.hash());
  return numbers.one > numbers.six ? Drop : Ok;
};
#endif
