#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>

namespace ebpfxx {

namespace detail::map {

/// Holds a spin lock of a map's value (bpf_spin_lock) until the scope ends. Natively a program has its maps to itself.
class LockGuard {
 public:
  constexpr explicit LockGuard(bpf_spin_lock& lock) : lock_(lock) {
    if (on_device()) call_helper<BpfHelper::spin_lock>(&lock_);
  }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;
  constexpr ~LockGuard() {
    if (on_device()) call_helper<BpfHelper::spin_unlock>(&lock_);
  }

 private:
  bpf_spin_lock& lock_;
};

}  // namespace detail::map

/// A map's value that one CPU at a time may touch, for state that is read and written back: token buckets, averages,
/// what has parts that belong together. What it holds is reached under its spin lock only:
///
///     inline Map<Ipv4Address, Locked<Bucket>, Hash<4096>> buckets;
///
///     const auto status = buckets.update(ip->source, [&](Bucket& bucket) { ... });   // locks
///     if (auto found = buckets.find(ip->source)) found->update([&](Bucket& bucket) { ... });
///
/// The kernel has locks in a Hash and an Array, for programs of XDP, Tc, Lwt, Seg6Local, Cgroup and BTF tracepoints.
/// Under a lock a program calls no helper, and takes no second lock: `ebpfxx-cc` refuses both. The application reads
/// and writes whole values, under the lock too (BPF_F_LOCK).
template <class T>
class Locked {
 public:
  using value_type = T;
  /// Bytes before what it holds: the lock, and those that align it.
  static constexpr std::size_t value_offset = 2 * sizeof(std::uint32_t);
  static_assert(alignof(T) <= value_offset, "what a lock protects is aligned to 8 bytes at most");

  constexpr Locked() = default;
  /// Starts with `value`, not locked.
  constexpr explicit Locked(const T& value) : value_(value) {}
  Locked(Locked&&) = default;
  /// The kernel lets nobody copy a lock; copy `value()`.
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

  /// Calls `body(value)` under the lock, and gives what it gives.
  template <class Body>
  constexpr auto update(Body body) {
    const detail::map::LockGuard guard(lock_);
    return body(value_);
  }

  /// A copy of the value, made under the lock; constant so that nobody changes it for the map's.
  constexpr const T value() {
    const detail::map::LockGuard guard(lock_);
    return value_;
  }

 private:
  bpf_spin_lock lock_{};
  std::uint32_t unused_ = 0;
  T value_{};
};

namespace detail::map {

template <class Value>
inline constexpr bool is_locked = false;
template <class T>
inline constexpr bool is_locked<Locked<T>> = true;

/// How a program gets at what is in a map as `Value`.
template <class Value>
struct ValueAccess {
  using type = Value;
  using Stored = const Value&;  ///< what a `type` is made, to be put into the map
  static constexpr std::uint64_t flags = 0;

  template <class Body>
  static constexpr void update(Value& value, Body& body) {
    body(value);
  }
  static constexpr type copy(const Value& value) { return value; }
};

template <class T>
struct ValueAccess<Locked<T>> {
  using type = T;
  using Stored = Locked<T>;
  static constexpr std::uint64_t flags = BPF_F_LOCK;  ///< what is there is changed under its lock

  template <class Body>
  static constexpr void update(Locked<T>& value, Body& body) {
    value.update([&](T& held) { body(held); });
  }
  static constexpr type copy(Locked<T>& value) { return value.value(); }
};

}  // namespace detail::map

}  // namespace ebpfxx
