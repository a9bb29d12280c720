#pragma once

#include <linux/bpf.h>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/map/kind.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/reserved_record.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// The kernel takes a power of two of pages, which are of 4096 bytes, as the size of a ring buffer.
template <std::size_t Bytes>
concept PowerOfTwoOfPages = std::has_single_bit(Bytes) && Bytes >= 4096 && Bytes <= std::size_t{1} << 31;

namespace detail::map {

/// How often `Record` is among `Records`.
template <class Record, class... Records>
inline constexpr int occurrences_of = (0 + ... + int{std::same_as<Record, Records>});

/// The record's tag on the wire: its index among `Records`.
template <class Record, class First, class... Rest>
consteval std::uint64_t tag_of() {
  if constexpr (std::same_as<Record, First>)
    return 0;
  else
    return 1 + tag_of<Record, Rest...>();
}

#if defined(__EBPFXX_DEVICE__)
/// How the drop counters are made, one for each ring buffer.
inline PerCpu<std::uint64_t> drop_counter;
const PerCpu<std::uint64_t>* drop_counter_of(const PerCpu<std::uint64_t>* pattern,
                                             const void* ring) asm(EBPFXX_ABI_DROP_COUNTER);
#endif

}  // namespace detail::map

/// Records on their way to the application, in the order in which programs reserved them, from all CPUs
/// (BPF_MAP_TYPE_RINGBUF). Declare it as an inline variable:
///
///     struct Opened { std::uint64_t time; Ipv4Address source; std::uint32_t length; };
///     inline RingBuffer<256 * 1024, Opened, Closed> events;
///
///     if (auto record = events.reserve<Opened>()) {   // in a program
///       record->length = packet.length();
///       record.submit();
///     }
///     object[events].poll(1s, [](const Opened& event) { ... }, [](const Closed& event) { ... });
///
/// On the wire a record of a buffer with one type is the record's bytes. With several, 8 bytes are in front of them:
/// the type's index among `Records`, from 0, as a number in host byte order. That costs one instruction, and keeps what
/// follows aligned. Each record takes 8 bytes more for the kernel, and is rounded up to 8.
///
/// Records are dropped when the buffer is full, and counted per CPU; `object[events].dropped()` reads the count.
template <std::size_t Bytes, class... Records>
  requires(PowerOfTwoOfPages<Bytes> && sizeof...(Records) > 0)
class EBPFXX_ANNOTATE(EBPFXX_ABI_MAP) RingBuffer {
  static_assert(((detail::map::occurrences_of<Records, Records...> == 1) && ...), "a type of record is named once");
  static_assert(((alignof(Records) <= 8) && ...), "records are aligned to 8 bytes");
  static_assert((std::is_trivially_copyable_v<Records> && ...), "records are bytes: structs of plain numbers");

  static constexpr bool tagged = sizeof...(Records) > 1;
  static constexpr std::uint64_t largest_on_stack = 256;

  template <class Record>
  using Wire = detail::map::WireRecord<Record, tagged>;

 public:
  /// The capacity: a power of two, and at least a page.
  static constexpr std::size_t bytes = Bytes;

  RingBuffer() = default;
  RingBuffer(const RingBuffer&) = delete;
  RingBuffer& operator=(const RingBuffer&) = delete;

  /// Returns a reserved record, filled with zeros, or nothing when the buffer is full. Test it, write to it, and submit
  /// it; a record that is not submitted is discarded at the end of its scope. Zeros that are overwritten before
  /// anything else is called cost nothing. In constant evaluation the record is one that nobody sees.
  template <class Record>
    requires(detail::map::occurrences_of<Record, Records...> == 1 && !detail::map::HasPadding<Record>)
  constexpr ReservedRecord<Record> reserve() const {
    if (__builtin_is_constant_evaluated()) return ReservedRecord<Record>(detail::map::Scratch());
    auto* wire = static_cast<Wire<Record>*>(reserve_bytes(Wire<Record>::size));
    if (wire == nullptr) {
      count_drop();
      return ReservedRecord<Record>();
    }
    wire->start(tag<Record>);
    return ReservedRecord<Record>(wire, &wire->record);
  }

  /// Copies a record into the buffer (bpf_ringbuf_output; above 256 bytes, which are too many for a stack, as `reserve`
  /// does): a few instructions less than `reserve` for a record that is complete already. Returns false, and counts the
  /// drop, when the buffer is full; in constant evaluation true.
  template <class Record>
    requires(detail::map::occurrences_of<Record, Records...> == 1 && !detail::map::HasPadding<Record>)
  constexpr bool submit(const Record& record, WakeUp wake_up = WakeUp::Adaptive) const {
    if (__builtin_is_constant_evaluated()) return true;
    if constexpr (Wire<Record>::size > largest_on_stack) {
      auto reserved = reserve<Record>();
      if (!reserved) return false;
      *reserved = record;
      reserved.submit(wake_up);
      return true;
    }
    const Wire<Record> wire = Wire<Record>::of(record, tag<Record>);
    if (detail::map::output_to_ring(description(), &wire, Wire<Record>::size, wake_up)) return true;
    count_drop();
    return false;
  }

  template <class Record>
    requires(detail::map::occurrences_of<Record, Records...> == 0)
  constexpr ReservedRecord<Record> reserve() const
      EBPFXX_REFUSE("record-type",
                    "reserves a '%0', which is no record of this ring buffer; name it among the buffer's types",
                    static_cast<Record*>(nullptr));
  template <class Record>
    requires(detail::map::occurrences_of<Record, Records...> == 0)
  constexpr bool submit(const Record& record, WakeUp wake_up = WakeUp::Adaptive) const
      EBPFXX_REFUSE("record-type",
                    "submits a '%0', which is no record of this ring buffer; name it among the buffer's types",
                    static_cast<Record*>(nullptr));
  template <class Record>
    requires(detail::map::occurrences_of<Record, Records...> == 1 && detail::map::HasPadding<Record>)
  constexpr ReservedRecord<Record> reserve() const
      EBPFXX_REFUSE("key-padding",
                    "record '%0' has bytes that nobody sets, or floating point; reorder its members, fill the gap with "
                    "one of your own, or use whole numbers",
                    static_cast<Record*>(nullptr));
  template <class Record>
    requires(detail::map::occurrences_of<Record, Records...> == 1 && detail::map::HasPadding<Record>)
  constexpr bool submit(const Record& record, WakeUp wake_up = WakeUp::Adaptive) const
      EBPFXX_REFUSE("key-padding",
                    "record '%0' has bytes that nobody sets, or floating point; reorder its members, fill the gap with "
                    "one of your own, or use whole numbers",
                    static_cast<Record*>(nullptr));

 private:
  template <class Record>
  static constexpr std::uint64_t tag = detail::map::tag_of<Record, Records...>();

  void* reserve_bytes(std::uint64_t size) const {
    if (on_device()) return call_helper<BpfHelper::ringbuf_reserve>(this, size, 0);
    return native_interface::execution().reserve_record(description(), size);
  }

  void count_drop() const {
    dropped().update([](std::uint64_t& count) { count += 1; });
  }

  native_interface::MapDescription description() const { return {this, BPF_MAP_TYPE_RINGBUF, 0, 0, Bytes}; }

#if defined(__EBPFXX_DEVICE__)
  const PerCpu<std::uint64_t>& dropped() const {
    return *detail::map::drop_counter_of(&detail::map::drop_counter, this);
  }

  int (*type)[BPF_MAP_TYPE_RINGBUF] = nullptr;
  char (*max_entries)[Bytes] = nullptr;
#else
  friend class Native;

  const PerCpu<std::uint64_t>& dropped() const { return dropped_; }

  PerCpu<std::uint64_t> dropped_;
#endif
};

}  // namespace ebpfxx
