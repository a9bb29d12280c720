#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/atomic.hpp>
#include <ebpfxx/map/array.hpp>
#include <ebpfxx/map/hash.hpp>
#include <ebpfxx/map/trie.hpp>
#include <ebpfxx/net/prefix.hpp>

namespace ebpfxx {

namespace detail::map {

template <class Key, KeyRole Role>
inline constexpr bool is_key_for = true;
template <class Key>
inline constexpr bool is_key_for<Key, KeyRole::Index> = std::same_as<Key, std::uint32_t>;
template <class Key>
inline constexpr bool is_key_for<Key, KeyRole::Prefix> = false;
template <class Address>
inline constexpr bool is_key_for<Prefix<Address>, KeyRole::Prefix> = true;

template <class Key, class Value, class Kind>
using Operations =
    std::conditional_t<Kind::key_role == KeyRole::Index, ArrayOperations<Value, Kind>,
                       std::conditional_t<Kind::key_role == KeyRole::Prefix, TrieOperations<Key, Value, Kind>,
                                          HashOperations<Key, Value, Kind>>>;

}  // namespace detail::map

/// A map from `Key` to `Value`, kept as `Kind` says. Declare it as an inline variable; its name in the kernel is the
/// variable's.
///
///     inline Map<Ipv4Address, Atomic<std::uint64_t>> packets;                  // a hash of up to 1024 entries
///     inline Map<std::uint32_t, std::uint64_t, PerCpuArray<64>> lengths;       // an index to a value per CPU
///     inline Map<Prefix<Ipv4Address>, std::uint32_t, LpmTrie<64>> sites;       // the network that an address is in
///
/// A program uses the operations of the variable; the application those of the handle `object[packets]`. Values that
/// are not per CPU are changed by all CPUs at once: `Atomic` numbers count, `Locked` values change in one piece.
template <MapKey Key, MapValue Value, class Kind = Hash<1024>>
class EBPFXX_ANNOTATE(EBPFXX_ABI_MAP)
    EBPFXX_ANNOTATE(EBPFXX_ABI_SHARED, !Kind::per_cpu && !detail::map::is_locked<Value>) Map
    : public detail::map::Operations<Key, Value, Kind> {
  static_assert(detail::map::is_key_for<Key, Kind::key_role> || Kind::key_role != KeyRole::Index,
                "the key of an array is its index: std::uint32_t");
  static_assert(detail::map::is_key_for<Key, Kind::key_role> || Kind::key_role != KeyRole::Prefix,
                "the key of an LpmTrie is a prefix, as Prefix<Ipv4Address>");
  static_assert(!detail::map::is_locked<Value> || Kind::type == BPF_MAP_TYPE_HASH || Kind::type == BPF_MAP_TYPE_ARRAY,
                "a Locked value belongs in a Hash or an Array: the kernel has no locks in other kinds of maps");

 public:
  using key_type = Key;
  using value_type = Value;
  using kind = Kind;
};

/// One value per CPU.
///
///     inline PerCpu<Drops> drops;
///     drops.update([&](Drops& count) { count.packets += 1; });
template <MapValue Value>
class EBPFXX_ANNOTATE(EBPFXX_ABI_MAP) PerCpu : public detail::map::ArrayOperations<Value, PerCpuArray<1>> {
 public:
  using key_type = std::uint32_t;
  using value_type = Value;
  using kind = PerCpuArray<1>;

  /// Calls `body(value)` with this CPU's value.
  template <class Body>
    requires(!detail::map::TakesCopy<Body, Value>)
  constexpr void update(Body body) const {
    const std::uint32_t index = 0;  // lives as long as the body runs, which saves an instruction behind it
    this->element(index).update(body);
  }
  template <class Body>
  constexpr void update(Body body) const
      EBPFXX_REFUSE("lost-change",
                    "gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'");

  template <class Number>
  constexpr PerCpu& operator+=(const Number&) const
      EBPFXX_REFUSE_USE("conversion", "adds to a PerCpu; write 'update([&](auto& value) { value += ...; })'");
  template <class Number>
  constexpr PerCpu& operator-=(const Number&) const
      EBPFXX_REFUSE_USE("conversion", "subtracts from a PerCpu; write 'update([&](auto& value) { value -= ...; })'");
  template <int = 0>
  constexpr PerCpu& operator++() const
      EBPFXX_REFUSE_USE("conversion", "counts in a PerCpu; write 'update([](auto& value) { value += 1; })'");
  template <int = 0>
  constexpr PerCpu operator++(int) const
      EBPFXX_REFUSE_USE("conversion", "counts in a PerCpu; write 'update([](auto& value) { value += 1; })'");

  /// A copy of this CPU's value, which `update` changes.
  constexpr const Value value() const { return this->template at<0>().value(); }
};

}  // namespace ebpfxx
