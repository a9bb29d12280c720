// A value that all CPUs share, read and written back: what another CPU wrote in between is lost. A warning: a value may
// have one writer only.
#include <array>
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

struct Usage {
  std::uint64_t packets, bytes, last_seen;
  std::uint32_t longest, flags;
};
struct AtomicUsage {
  Atomic<std::uint64_t> packets, bytes;
  std::uint64_t last_seen;
};
inline Map<std::uint32_t, Usage> usage;
inline Map<std::uint32_t, std::uint64_t, Array<8>> lengths;
inline Map<std::uint32_t, std::uint16_t, LruHash<64>> narrow;
inline Map<Prefix<Ipv4Address>, std::uint64_t, LpmTrie<8>> sites;
inline constexpr Global<std::uint64_t> total = 0;
inline constexpr Global<std::uint8_t> level = 0;

#if CASE == 0  // accepted: atomic numbers, values per CPU, locked values, plain stores, and what is only read

inline Map<std::uint32_t, AtomicUsage> atomic;
inline Map<std::uint32_t, std::array<Atomic<std::uint32_t>, 8>, Array<1>> histogram;
inline Map<std::uint32_t, Usage, PerCpuHash<8>> per_cpu;
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<8>> per_cpu_lengths;
inline PerCpu<Usage> own;
inline Map<std::uint32_t, Locked<Usage>> locked;

inline constexpr Program<Xdp> atomics = [](Packet packet) {
  const auto status = atomic.update(packet.ingress_ifindex(), [&](AtomicUsage& sum) {
    sum.packets += 1;
    sum.bytes.fetch_add(packet.length());
    sum.last_seen = monotonic_time();
  });
  histogram.at<0>().update([&](auto& counts) { ++counts[packet.length() & 7]; });
  total.fetch_add(1);
  return status ? Pass : Drop;
};

inline constexpr Program<Xdp> values_per_cpu = [](Packet packet) {
  const auto status = per_cpu.update(packet.ingress_ifindex(), [](Usage& sum) { sum.packets += 1; });
  per_cpu_lengths.at<1>().update([](std::uint64_t& count) { count += 1; });
  own.update([&](Usage& sum) { sum.bytes += packet.length(); });
  return status ? Pass : Drop;
};

inline constexpr Program<Xdp> under_a_lock = [](Packet packet) {
  const auto status = locked.update(packet.ingress_ifindex(), [&](Usage& sum) {
    sum.packets += 1;
    if (sum.longest < packet.length()) sum.longest = packet.length();
  });
  return status ? Pass : Drop;
};

inline constexpr Program<Xdp> plain_stores = [](Packet packet) {
  if (auto found = usage.find(packet.ingress_ifindex())) {
    found->last_seen = monotonic_time();
    found->bytes = found->packets + 1;
    if (found->flags == 0) found->longest = packet.length();
  }
  level.set(7);
  total.set(packet.length());
  return total > 7 && lengths.at<1>().value() > 7 ? Drop : Pass;
};

// What is behind a constant condition does not run.
inline constexpr Program<Xdp> never = [](Packet) {
  if constexpr (sizeof(int) == 7) lengths.at<1>().update([](std::uint64_t& count) { count += 1; });
  return Pass;
};

#elif CASE == 1  // in the body of update
// kernel takes it: the counts of other CPUs are lost
inline constexpr Program<Xdp> counts = [](Packet packet) {
  const auto status = usage.update(packet.ingress_ifindex(), [&](Usage& sum) {
    // warning: reads and writes back a value of 'usage', which other CPUs may change in between; make it an
    // Atomic<std::uint64_t>, keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked
    // [ebpfxx-shared-count]
    sum.packets += 1;
  });
  return status ? Pass : Drop;
};

#elif CASE == 2  // through a lookup, an element of an array
// kernel takes it: the counts of other CPUs are lost
inline constexpr Program<Xdp> found_count = [](Packet packet) {
  // warning: reads and writes back a value of 'lengths', which other CPUs may change in between; make it an
  // Atomic<std::uint64_t>, keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked
  // [ebpfxx-shared-count]
  if (auto count = lengths.find(packet.length())) ++*count;
  return Pass;
};

#elif CASE == 3  // written out, of 32 bits, in a function
// kernel takes it: the bits that other CPUs set are lost
inline void mark(Usage& sum) {
  // warning: reads and writes back a value of 'usage', which other CPUs may change in between; make it an
  // Atomic<std::uint32_t>, keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked
  // [ebpfxx-shared-count]
  sum.flags = sum.flags | 4;
}
inline constexpr Program<Xdp> in_a_function = [](Packet packet) {
  // note: called here
  if (auto found = usage.find(packet.ingress_ifindex())) mark(*found);
  return Pass;
};

#elif CASE == 4  // of 16 bits
// kernel takes it: the counts of other CPUs are lost
inline constexpr Program<Xdp> of_16_bits = [](Packet packet) {
  // warning: reads and writes back a value of 'narrow', which other CPUs may change in between; give it 32
  // bits as an Atomic<std::uint32_t>, keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked
  // [ebpfxx-shared-count]
  return narrow.update(packet.ingress_ifindex(), [](std::uint16_t& count) { count += 1; }) ? Pass : Drop;
};

#elif CASE == 5  // a token taken of those that are left
// kernel takes it: two CPUs take the same token
inline constexpr Program<Xdp> bucket = [](Packet) {
  auto tokens = lengths.find(0);
  if (!tokens || *tokens == 0) return Drop;
  // warning: reads and writes back a value of 'lengths', which other CPUs may change in between; make it an
  // Atomic<std::uint64_t>, keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked
  // [ebpfxx-shared-count]
  *tokens -= 1;
  return Pass;
};

#elif CASE == 6  // of a trie
// kernel takes it: the counts of other CPUs are lost
inline constexpr Program<Xdp> site = [](Packet) {
  // warning: reads and writes back a value of 'sites', which other CPUs may change in between; make it an
  // Atomic<std::uint64_t>, keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked
  // [ebpfxx-shared-count]
  return sites.with(Ipv4Address("10.0.0.1"), [](std::uint64_t& count) { count += 1; }) ? Pass : Drop;
};

#elif CASE == 7  // a Global
// kernel takes it: the counts of other CPUs are lost
inline constexpr Program<Xdp> global = [](Packet) {
  // warning: reads and writes back 'total', which other CPUs may change in between; use fetch_add, exchange or
  // compare_exchange [ebpfxx-shared-count]
  total.set(total + 1);
  return Pass;
};

#elif CASE == 8  // a Global that has no atomic operations
// kernel takes it: the changes of other CPUs are lost
inline constexpr Program<Xdp> narrow_global = [](Packet) {
  // warning: reads and writes back 'level', which other CPUs may change in between; give it 32 or 64 bits, and use
  // fetch_add, exchange or compare_exchange [ebpfxx-shared-count]
  level.set(static_cast<std::uint8_t>(level | 1));
  return Pass;
};

#endif
