// Memory from the heap, which a program has not.
#include <ebpfxx/language.hpp>

#include <array>
#include <memory>
#include <new>
#include <string>
#include <vector>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: memory on the stack, in maps, and what the compiler allocates for itself

struct Counter {
  std::uint64_t packets = 0, bytes = 0;
};
inline PerCpu<Counter> counters;

inline constexpr Program<Lwt::Out> on_the_stack = [](Packet packet) {
  std::array<std::uint32_t, 4> numbers{packet.mark(), packet.hash(), packet.length(), 0};
  return numbers[0] > numbers[1] ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> in_a_map = [](Packet packet) {
  counters.update([&](Counter& counter) { counter.bytes += packet.length(); });
  return Ok;
};

// The object is put where there is memory already.
inline constexpr Program<Lwt::Out> in_place = [](Packet packet) {
  alignas(Counter) std::byte memory[sizeof(Counter)];
  const auto* counter = new (memory) Counter{1, packet.length()};
  return counter->bytes > 1000 ? Drop : Ok;
};

consteval std::size_t letters() { return std::string("a longer text than fits into the string itself").size(); }
inline constexpr Program<Lwt::Out> at_compile_time = [](Packet packet) {
  return packet.length() > letters() ? Drop : Ok;
};

#elif CASE == 1  // an object
// no object: there is no 'operator new' in the kernel
struct Counter {
  std::uint64_t packets, bytes;
};
inline constexpr Program<Lwt::Out> object = [](Packet packet) {
  // error: allocates 'Counter' with 'new', a program has no heap; keep the value in a map [ebpfxx-new]
  auto* counter = new Counter{1, packet.length()};
  asm volatile("" : : "r"(counter) : "memory");
  return Drop;
};

#elif CASE == 2  // an array
// no object: there is no 'operator new[]' in the kernel
inline constexpr Program<Lwt::Out> array = [](Packet packet) {
  // error: allocates 'std::uint8_t' with 'new', a program has no heap; keep the value in a map [ebpfxx-new]
  auto* bytes = new std::uint8_t[packet.length()];
  asm volatile("" : : "r"(bytes) : "memory");
  return Drop;
};

#elif CASE == 3  // in a container
// kernel takes it: LLVM leaves an allocation out whose size it knows
inline constexpr Program<Lwt::Out> container = [](Packet packet) {
  // error: allocates memory, a program has no heap; keep the value in a map [ebpfxx-new]
  std::vector<std::uint32_t> lengths{packet.length()};
  return lengths.size() > 1 ? Drop : Ok;
};

#elif CASE == 4  // released only
// no object: there is no 'operator delete' in the kernel
inline constexpr Program<Lwt::Out> given_back = [](Packet packet) {
  std::uint32_t* number = nullptr;
  asm volatile("" : "+r"(number));
  // error: frees memory with 'delete', a program has no heap; keep the value in a map [ebpfxx-new]
  delete number;
  return packet.length() > 1 ? Drop : Ok;
};
#endif
