#pragma once

#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

/// How a map is kept, and how many entries it may hold. `type` is the kernel's enum bpf_map_type.
template <std::uint32_t Type, std::uint32_t MaxEntries, bool IsArray, bool PerCpu>
struct MapKind {
  static_assert(MaxEntries > 0, "a map holds at least one entry");
  static constexpr std::uint32_t type = Type;
  static constexpr std::uint32_t max_entries = MaxEntries;
  static constexpr bool is_array = IsArray;
  static constexpr bool per_cpu = PerCpu;
};

/// Any key; entries come and go. A full map refuses new keys (E2BIG).
template <std::uint32_t MaxEntries>
struct Hash : MapKind<1, MaxEntries, false, false> {};

/// The key is an index, and every entry exists from the start, as zeros.
template <std::uint32_t MaxEntries>
struct Array : MapKind<2, MaxEntries, true, false> {};

/// A Hash with a value per CPU: no two CPUs write to the same memory.
template <std::uint32_t MaxEntries>
struct PerCpuHash : MapKind<5, MaxEntries, false, true> {};

/// An Array with a value per CPU: the cheapest place for counters.
template <std::uint32_t MaxEntries>
struct PerCpuArray : MapKind<6, MaxEntries, true, true> {};

namespace detail {

/// In the device pass every complete type is: `ebpfxx-cc` looks for itself, and says which byte is to blame.
template <class T>
concept PlainBytes = sizeof(T) > 0 && std::is_object_v<T> &&
                     (is_device_pass ||
                      (std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>));

}  // namespace detail

/// Every bit of the key counts when the kernel looks it up, so padding would make equal keys differ.
template <class Key>
concept MapKey = detail::PlainBytes<Key>;

/// Values are copied byte by byte to and from the application; padding would leak what stood on the kernel's stack.
template <class Value>
concept MapValue = detail::PlainBytes<Value>;

}  // namespace ebpfxx
