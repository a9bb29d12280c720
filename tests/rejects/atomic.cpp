// Atomic accesses that BPF has no instruction for.
#include <atomic>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Numbers {
  std::uint64_t wide;
  std::uint32_t narrow;
  std::uint16_t half;
  std::uint8_t byte;
  bool flag;
};
inline Map<std::uint32_t, Numbers, Array<1>> stored;

template <class Body>
constexpr auto with_numbers(Packet, Body body) {
  stored.at<0>().update(body);
  return Ok;
}

#if CASE == 0  // accepted: changes in every order, loads and stores that are relaxed

inline constexpr Program<Lwt::Out> changes = [](Packet packet) {
  return with_numbers(packet, [](Numbers& numbers) {
    const std::atomic_ref<std::uint64_t> wide(numbers.wide);
    const std::atomic_ref<std::uint32_t> narrow(numbers.narrow);
    wide.fetch_add(1);
    wide.fetch_sub(1, std::memory_order_relaxed);
    narrow.fetch_or(2, std::memory_order_acquire);
    narrow.fetch_xor(2, std::memory_order_release);
    wide += narrow.exchange(3, std::memory_order_acq_rel);
    std::uint64_t expected = 3;
    if (wide.compare_exchange_weak(expected, 4)) ++narrow;
  });
};

inline constexpr Program<Lwt::Out> relaxed = [](Packet packet) {
  return with_numbers(packet, [](Numbers& numbers) {
    const std::atomic_ref<std::uint64_t> wide(numbers.wide);
    const std::atomic_ref<std::uint8_t> byte(numbers.byte);
    const std::atomic_ref<bool> flag(numbers.flag);
    if (flag.load(std::memory_order_relaxed)) byte.store(7, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // for the compiler only
    wide.store(byte.load(std::memory_order_relaxed), std::memory_order_relaxed);
  });
};

inline constexpr Program<Lwt::Out> ordered_load = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) { packet.set_mark(std::atomic_ref(numbers.narrow).fetch_or(0)); });
};

#elif CASE == 1  // a load in the default order
// kernel takes it: it would be a load in no order
inline constexpr Program<Lwt::Out> loads = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: loads in std::memory_order_seq_cst, the default, for which BPF has no instruction; load in
    // std::memory_order_relaxed, or take what fetch_or(0) returns, which is ordered [ebpfxx-atomic]
    packet.set_mark(std::atomic_ref(numbers.narrow).load());
  });
};

#elif CASE == 2  // a load that acquires
// kernel takes it: it would be a load in no order
inline constexpr Program<Lwt::Out> acquires = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: loads in std::memory_order_acquire, for which BPF has no instruction; load in std::memory_order_relaxed,
    // or take what fetch_or(0) returns, which is ordered [ebpfxx-atomic]
    packet.set_mark(__atomic_load_n(&numbers.narrow, __ATOMIC_ACQUIRE));
  });
};

#elif CASE == 3  // an assignment, which is a store in the default order
// kernel takes it: it would be a store in no order
inline constexpr Program<Lwt::Out> assigns = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: stores in std::memory_order_seq_cst, the default, for which BPF has no instruction; store in
    // std::memory_order_relaxed, or use exchange, which is ordered [ebpfxx-atomic]
    std::atomic_ref(numbers.narrow) = packet.mark();
  });
};

#elif CASE == 4  // a store that releases
// kernel takes it: it would be a store in no order
inline constexpr Program<Lwt::Out> releases = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: stores in std::memory_order_release, for which BPF has no instruction; store in std::memory_order_relaxed,
    // or use exchange, which is ordered [ebpfxx-atomic]
    std::atomic_ref(numbers.wide).store(7, std::memory_order_release);
  });
};

#elif CASE == 5  // a number that is too small
// no object: LLVM selects no instruction
inline constexpr Program<Lwt::Out> too_small = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: changes 2 bytes atomically, BPF has instructions for 4 and 8; use a number of one of these sizes
    // [ebpfxx-atomic]
    std::atomic_ref(numbers.half).fetch_add(1);
  });
};

#elif CASE == 6  // a struct that is too large
// kernel takes it: it would be two loads, of which others may see one
inline constexpr Program<Lwt::Out> too_large = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: loads 16 bytes atomically, BPF has instructions for 1, 2, 4 and 8; use a number of one of these sizes
    // [ebpfxx-atomic]
    packet.set_mark(std::atomic_ref(numbers).load(std::memory_order_relaxed).narrow);
  });
};

#elif CASE == 7  // an operation that is not BPF's
// no object: LLVM selects no instruction
inline constexpr Program<Lwt::Out> not_and = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    // error: changes a number atomically by 'nand', for which BPF has no instruction; use add, sub, and, or, xor,
    // exchange or compare_exchange [ebpfxx-atomic]
    __atomic_fetch_nand(&numbers.wide, 3, __ATOMIC_RELAXED);
  });
};

#elif CASE == 8  // a fence
// kernel takes it: it would be no instruction at all
inline constexpr Program<Lwt::Out> fence = [](Packet packet) {
  return with_numbers(packet, [&](Numbers& numbers) {
    numbers.wide = packet.mark();
    // error: orders memory by a fence, for which BPF has no instruction; use an operation that is ordered, as exchange
    // [ebpfxx-atomic]
    std::atomic_thread_fence(std::memory_order_release);
    numbers.flag = true;
  });
};

#elif CASE == 9  // waiting
// no object: it is a system call
inline Map<std::uint32_t, std::uint32_t, Array<1>> waited;
inline constexpr Program<Lwt::Out> waits = [](Lwt::Out::Packet) {
  auto number = waited.find(0);
  if (!number) return Lwt::Out::Verdict::Ok;
  // error: calls 'wait', and a program neither waits nor wakes threads; load the number, or hand the application a
  // record of a RingBuffer [ebpfxx-atomic]
  std::atomic_ref(*number).wait(7, std::memory_order_relaxed);
  return Lwt::Out::Verdict::Ok;
};
#endif
