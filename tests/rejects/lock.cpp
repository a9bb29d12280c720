// What the kernel does not let a program do while it holds a lock.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;
using Packet = Xdp::Packet;

struct Bucket {
  std::uint64_t tokens, refilled;
};
inline Map<std::uint32_t, Locked<Bucket>> buckets;
inline Map<std::uint32_t, Locked<Bucket>, Array<2>> totals;
inline PerCpu<std::uint64_t> refused;

#if CASE == 0  // accepted: calls before and behind, one lock after the other, every way out

inline constexpr Program<Xdp> token_bucket = [](Packet packet) {
  const std::uint64_t now = monotonic_time() + packet.length() * 0;
  bool pass = false;
  const auto status = buckets.update(packet.ingress_ifindex(), Bucket{10, now}, [&](Bucket& bucket) {
    if (now - bucket.refilled > 1'000'000) bucket = {10, now};
    if (bucket.tokens == 0) return;
    bucket.tokens -= 1;
    pass = true;
  });
  if (!pass) refused.update([](std::uint64_t& count) { count += 1; });
  return status && pass ? Pass : Drop;
};

inline constexpr Program<Xdp> one_after_the_other = [](Packet packet) {
  auto found = buckets.find(packet.ingress_ifindex());
  if (!found) return Pass;
  const bool empty = found->update([](Bucket& bucket) { return bucket.tokens == 0; });
  if (empty) totals.at<1>().update([](Bucket& total) { total.tokens += 1; });
  return found->value().refilled > monotonic_time() ? Drop : Pass;
};

#elif CASE == 1  // a helper
// kernel: function calls are not allowed while holding a lock
inline constexpr Program<Xdp> asks_the_time = [](Packet packet) {
  // note: the lock is taken here
  const auto status = buckets.update(packet.ingress_ifindex(), [](Bucket& bucket) {
    // error: calls 'monotonic_time' (helper 'ktime_get_ns') under a lock, where the kernel allows no call; call it
    // before [ebpfxx-lock]
    bucket.refilled = monotonic_time();
  });
  return status ? Pass : Drop;
};

#elif CASE == 2  // a lookup
// kernel: function calls are not allowed while holding a lock
inline constexpr Program<Xdp> looks_up = [](Packet) {
  totals.at<0>().update([](Bucket& total) {
    // error: calls 'update' (helper 'map_lookup_elem') under a lock, where the kernel allows no call; call it before
    // [ebpfxx-lock]
    if (total.tokens > 7) refused.update([](std::uint64_t& count) { count += 1; });
  });
  return Pass;
};

#elif CASE == 3  // a second lock
// kernel: function calls are not allowed while holding a lock
inline constexpr Program<Xdp> two_locks = [](Packet packet) {
  auto one = buckets.find(packet.ingress_ifindex()), other = buckets.find(7);
  if (!one || !other) return Pass;
  one->update([&](Bucket& from) {
    // error: takes a lock under another one, and the kernel allows one at a time; end the first before [ebpfxx-lock]
    other->update([&](Bucket& to) { to.tokens += from.tokens; });
  });
  return Pass;
};

#endif
