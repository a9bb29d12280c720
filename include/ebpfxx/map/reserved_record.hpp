#pragma once

#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/map/ring_buffer_output.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

namespace detail::map {

/// A record as it is in a ring buffer, which has `size` bytes of it: no padding at the end.
template <class Record, bool Tagged>
struct WireRecord {
  static constexpr std::uint64_t size = sizeof(std::uint64_t) + sizeof(Record);

  std::uint64_t tag;
  Record record;

  static constexpr WireRecord of(const Record& record, std::uint64_t tag) { return {tag, record}; }
  constexpr void start(std::uint64_t number) {
    tag = number;
    record = Record{};
  }
};
template <class Record>
struct WireRecord<Record, false> {
  static constexpr std::uint64_t size = sizeof(Record);

  Record record;

  static constexpr WireRecord of(const Record& record, std::uint64_t) { return {record}; }
  constexpr void start(std::uint64_t) { record = Record{}; }
};

/// Asks for a record that exists in constant evaluation only.
struct Scratch {};

template <class Record>
concept HasPadding = !std::has_unique_object_representations_v<Record>;

}  // namespace detail::map

/// A record reserved in a ring buffer, or nothing when the buffer was full: test it before use. `submit` hands it to
/// the application. A record that is not submitted is discarded at the end of its scope, since the verifier wants one
/// of both on every path. It is neither copied nor moved, and after `submit` or `discard` it is nothing.
template <class Record>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "lookup-unchecked", "may be nothing here, as the ring buffer may be full")
    [[nodiscard]] ReservedRecord {
 public:
  /// Nothing.
  constexpr ReservedRecord() = default;
  /// `wire` is what the buffer gave, `record` is in it.
  constexpr ReservedRecord(void* wire, Record* record) : wire_(wire), record_(record) {}
  /// A record that is no buffer's. In constant evaluation only.
  constexpr explicit ReservedRecord(detail::map::Scratch) {
    if (__builtin_is_constant_evaluated()) wire_ = record_ = new Record{};
  }
  ReservedRecord(const ReservedRecord&) = delete;
  ReservedRecord& operator=(const ReservedRecord&) = delete;
  constexpr ~ReservedRecord() {
    if (wire_ != nullptr) end(false, WakeUp::Never);
  }

  constexpr explicit operator bool() const { return wire_ != nullptr; }
  constexpr Record* operator->() const { return record_; }
  constexpr Record& operator*() const { return *record_; }

  EBPFXX_ANNOTATE(EBPFXX_ABI_ENDS, "reference-reuse", "was submitted or discarded before; reserve another one")
  /// Hands the record to the application.
  constexpr void submit(WakeUp wake_up = WakeUp::Adaptive) { end(true, wake_up); }

  EBPFXX_ANNOTATE(EBPFXX_ABI_ENDS, "reference-reuse", "was submitted or discarded before; reserve another one")
  /// Discards the record now.
  constexpr void discard() { end(false, WakeUp::Never); }

 private:
  constexpr void end(bool submitted, WakeUp wake_up) {
    void* wire = wire_;
    Record* record = record_;
    wire_ = nullptr;
    record_ = nullptr;
    if (__builtin_is_constant_evaluated())
      delete record;
    else if (!on_device())
      native_interface::execution().end_record(wire, submitted);
    else if (submitted)
      call_helper<BpfHelper::ringbuf_submit>(wire, static_cast<std::uint64_t>(wake_up));
    else
      call_helper<BpfHelper::ringbuf_discard>(wire, static_cast<std::uint64_t>(wake_up));
  }

  void* wire_ = nullptr;
  Record* record_ = nullptr;
};

}  // namespace ebpfxx
