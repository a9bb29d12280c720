// More than the 512 bytes of stack that a program has.
#include <array>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

/// Keeps `memory` on the stack.
template <class Memory>
inline void use(Memory& memory) {
  asm volatile("" : : "r"(&memory) : "memory");
}

#if CASE == 0  // accepted: up to the last byte, and large values where they belong

inline constexpr Program<Lwt::Out> all_of_it = [](Packet packet) {
  std::array<std::uint32_t, 128> numbers;
  for (std::uint32_t& number : numbers) number = packet.length();
  use(numbers);
  return numbers[7] > 1000 ? Drop : Ok;
};

inline PerCpu<std::array<std::uint32_t, 512>> large;
inline constexpr Program<Lwt::Out> in_a_map = [](Packet packet) {
  large.update([&](std::array<std::uint32_t, 512>& numbers) { numbers[packet.hash() & 511] += 1; });
  return Ok;
};

// A function that is not inlined has a frame of its own; both together fit.
[[gnu::noinline]] inline std::uint32_t sum(std::uint32_t seed) {
  std::array<std::uint32_t, 56> numbers;
  for (std::uint32_t& number : numbers) number = seed;
  use(numbers);
  return numbers[7] + numbers[9];
}
inline constexpr Program<Lwt::Out> in_two_frames = [](Packet packet) {
  std::array<std::uint32_t, 56> numbers;
  for (std::uint32_t& number : numbers) number = packet.length();
  use(numbers);
  return sum(numbers[7]) > 1000 ? Drop : Ok;
};

#elif CASE == 1  // one variable, a byte too large
// kernel: invalid write to stack
// error: program 'one_variable' needs 520 bytes of stack, the kernel gives 512; keep large values in a map or a PerCpu
// [ebpfxx-stack-size]
inline constexpr Program<Lwt::Out> one_variable = [](Packet packet) {
  std::array<std::uint8_t, 513> bytes;
  // explained: stack-size
  for (std::uint8_t& byte : bytes) byte = packet.length() & 0xff;
  use(bytes);
  return bytes[7] > 100 ? Drop : Ok;
};

#elif CASE == 2  // two variables, which are needed at the same time
// kernel: invalid write to stack
// error: program 'two_variables' needs 640 bytes of stack, the kernel gives 512; keep large values in a map or a PerCpu
// [ebpfxx-stack-size]
inline constexpr Program<Lwt::Out> two_variables = [](Packet packet) {
  std::array<std::uint64_t, 40> lengths, marks;
  for (std::uint64_t& length : lengths) length = packet.length();
  // explained: stack-size
  for (std::uint64_t& mark : marks) mark = packet.mark();
  use(lengths);
  use(marks);
  use(lengths);
  return lengths[7] > marks[9] ? Drop : Ok;
};

#elif CASE == 3  // two frames, each of which would fit
// kernel: combined stack size of 2 calls is
// explained without a line: stack-size
[[gnu::noinline]] inline std::uint32_t sum(std::uint32_t seed) {
  std::array<std::uint32_t, 80> numbers;
  for (std::uint32_t& number : numbers) number = seed;
  use(numbers);
  return numbers[7] + numbers[9];
}
// error: program 'two_frames' needs 640 bytes of stack with its calls, the kernel gives 512; keep large values in a map
// or a PerCpu [ebpfxx-stack-size]
inline constexpr Program<Lwt::Out> two_frames = [](Packet packet) {
  std::array<std::uint32_t, 80> numbers;
  for (std::uint32_t& number : numbers) number = packet.length();
  use(numbers);
  return sum(numbers[7]) > 1000 ? Drop : Ok;
};

#elif CASE == 4  // an amount that is known at run time only
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Out> at_run_time = [](Packet packet) {
  // error: takes an amount of stack that is not known at compile time; use a constant size [ebpfxx-stack-size]
  auto* memory = static_cast<std::uint8_t*>(__builtin_alloca(packet.length()));
  // explained: kernel-pointer
  memory[0] = 1;
  use(*memory);
  return Ok;
};
#endif
