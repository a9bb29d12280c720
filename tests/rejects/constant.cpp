// A program that is known only when the application runs.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: whatever the compiler can work out

inline const Program<Lwt::Out> only_const = [](Packet) { return Drop; };
inline constinit Program<Lwt::Out> only_constinit = [](Packet) { return Drop; };

constexpr Program<Lwt::Out> make(bool drops) {
  if (drops) return [](Packet) { return Drop; };
  return [](Packet) { return Ok; };
}
inline constexpr Program<Lwt::Out> from_a_function = make(true);

inline constexpr Program<Lwt::Out> ok = [](Packet) { return Ok; };

inline RingBuffer<4096, std::uint32_t> odd, even;
inline constexpr Program<Lwt::Out> report_in_turn = [](Packet packet) {
  const auto *ring = &odd, *other = &even;
  for (std::uint32_t i = 0; i < 64; ++i) {
    if (i == packet.mark()) return Ok;
    if (!ring->submit(i)) return Drop;
    const auto* next = other;
    other = ring;
    ring = next;
  }
  return Ok;
};

#elif CASE == 1  // chosen at run time
// kernel takes it: the object has none of it
extern const bool drops;
// error: the value of program 'chosen' is not known at compile time; initialise it with a lambda and declare it 'inline
// constexpr' [ebpfxx-constant]
inline const Program<Lwt::Out> chosen =
    drops ? Program<Lwt::Out>([](Packet) { return Drop; }) : Program<Lwt::Out>([](Packet) { return Ok; });

#elif CASE == 2  // a ring buffer that is whichever the caller names
// no object: it would call what no object has
inline RingBuffer<4096, std::uint32_t> odd, even;
[[gnu::noinline]] bool submit(const RingBuffer<4096, std::uint32_t>& ring, std::uint32_t mark) {
  // error: uses a ring buffer that is not known at compile time; use the variable in this function, or let the function
  // be inlined [ebpfxx-constant]
  return ring.submit(mark);
}
inline constexpr Program<Lwt::Out> report = [](Packet packet) {
  const std::uint32_t mark = packet.mark();
  return submit(mark % 2 == 1 ? odd : even, mark) ? Ok : Drop;
};
#endif
