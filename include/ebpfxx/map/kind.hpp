#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

/// What the key of a map is.
enum class KeyRole {
  Any,     ///< bytes; entries come and go
  Index,   ///< the index of an entry, which exists from the start
  Prefix,  ///< the network that an address is looked up in
};

/// How a map is kept, and how many entries it may hold. `Type` is the kernel's enum bpf_map_type, `Flags` are those of
/// BPF_MAP_CREATE.
template <std::uint32_t Type, std::uint32_t MaxEntries, KeyRole Role, bool PerCpu, std::uint32_t Flags = 0>
struct MapKind {
  static_assert(MaxEntries > 0, "a map holds at least one entry");
  /// A `bpf_map_type`.
  static constexpr std::uint32_t type = Type;
  /// The capacity, in entries.
  static constexpr std::uint32_t max_entries = MaxEntries;
  /// Those of map creation (BPF_F_... in linux/bpf.h).
  static constexpr std::uint32_t flags = Flags;
  /// What the key means to the kernel.
  static constexpr KeyRole key_role = Role;
  /// Its keys are indices from 0, and all its entries exist from the start.
  static constexpr bool is_array = Role == KeyRole::Index;
  /// Each CPU has a value of its own for every key.
  static constexpr bool per_cpu = PerCpu;
};

/// Any key; entries come and go. A full map refuses new keys (E2BIG).
template <std::uint32_t MaxEntries>
struct Hash : MapKind<BPF_MAP_TYPE_HASH, MaxEntries, KeyRole::Any, false> {};

/// The key is an index, and every entry exists from the start, as zeros.
template <std::uint32_t MaxEntries>
struct Array : MapKind<BPF_MAP_TYPE_ARRAY, MaxEntries, KeyRole::Index, false> {};

/// A Hash with a value per CPU: no two CPUs write to the same memory.
template <std::uint32_t MaxEntries>
struct PerCpuHash : MapKind<BPF_MAP_TYPE_PERCPU_HASH, MaxEntries, KeyRole::Any, true> {};

/// An Array with a value per CPU: the cheapest map for counters.
template <std::uint32_t MaxEntries>
struct PerCpuArray : MapKind<BPF_MAP_TYPE_PERCPU_ARRAY, MaxEntries, KeyRole::Index, true> {};

/// A Hash that is never full: a new key drives out one that was not used for long. What a program looks up or changes
/// is used, what the application looks up is not.
///
/// `MaxEntries` is a bound, not a promise. Free entries are handed to CPUs by the dozen, and keys are driven out before
/// all are taken: on Linux 6.1 with two CPUs, 16 inserts into 16 entries left 9, and of a map of a few hundred entries
/// or less nothing should be expected to stay (kernel/bpf/bpf_lru_list.c). Give it several times the entries that
/// matter. Natively it keeps `MaxEntries`, and drives out the one that was used least recently.
template <std::uint32_t MaxEntries>
struct LruHash : MapKind<BPF_MAP_TYPE_LRU_HASH, MaxEntries, KeyRole::Any, false> {};

/// An LruHash with a value per CPU. The entries are common to all CPUs, as is what was said of their number.
template <std::uint32_t MaxEntries>
struct LruPerCpuHash : MapKind<BPF_MAP_TYPE_LRU_PERCPU_HASH, MaxEntries, KeyRole::Any, true> {};

/// Keys are prefixes, as `Prefix<Ipv4Address>`; a lookup finds the longest one that contains an address (longest prefix
/// match). A full map refuses new prefixes (ENOSPC). A lookup costs a step per bit at worst: some hundred nanoseconds.
template <std::uint32_t MaxEntries>
struct LpmTrie : MapKind<BPF_MAP_TYPE_LPM_TRIE, MaxEntries, KeyRole::Prefix, false, BPF_F_NO_PREALLOC> {};

namespace detail::map {

/// In the device pass every complete type is: `ebpfxx-cc` looks for itself, and says which byte is to blame.
template <class T>
concept PlainBytes = sizeof(T) > 0 && std::is_object_v<T> &&
                     (is_device_pass ||
                      (std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>));

}  // namespace detail::map

/// Every bit of the key counts when the kernel looks it up, so padding would make equal keys differ.
template <class Key>
concept MapKey = detail::map::PlainBytes<Key>;

/// Values are copied byte by byte to and from the application; padding would leak what was on the kernel's stack.
template <class Value>
concept MapValue = detail::map::PlainBytes<Value>;

}  // namespace ebpfxx
