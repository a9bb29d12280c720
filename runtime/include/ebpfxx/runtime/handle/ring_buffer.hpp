#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/runtime/detail/backing/layout_text.hpp>
#include <ebpfxx/runtime/detail/backing/map_access.hpp>
#include <ebpfxx/runtime/detail/backing/record_source.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>

namespace ebpfxx {

namespace detail::handle {

template <class... Callbacks>
struct Overloaded : Callbacks... {
  using Callbacks::operator()...;
};
template <class... Callbacks>
Overloaded(Callbacks...) -> Overloaded<Callbacks...>;

}  // namespace detail::handle

/// What `consume` and `poll` call, one callback for each type of record or one for several. They return nothing, or
/// whether to go on.
template <class Callback, class... Records>
concept TakesRecords = (std::invocable<Callback&, const Records&> && ...) &&
                       ((std::is_void_v<std::invoke_result_t<Callback&, const Records&>> ||
                         std::convertible_to<std::invoke_result_t<Callback&, const Records&>, bool>) &&
                        ...);

/// A ring buffer from the application's side: of a loaded Object, or of a Native. Valid as long as its Object. One
/// reader at a time: handles of one Object share the place up to which was read, and so do processes that share a
/// pinned ring buffer.
///
///     auto ring = object[events];
///     while (!stopped) ring.poll(1s, [](const Opened& event) { ... }, [](const Closed& event) { ... });
///     for (auto event : ring) ...   // what is there, as a Record or a std::variant of them
template <class Ring>
class RingBufferHandle;

template <std::size_t Bytes, class... Records>
class RingBufferHandle<RingBuffer<Bytes, Records...>> {
 public:
  /// What the range gives: the record, or a std::variant where there are several types.
  using value_type =
      std::conditional_t<sizeof...(Records) == 1, std::variant_alternative_t<0, std::variant<Records...>>,
                         std::variant<Records...>>;
  class Iterator;

  RingBufferHandle(detail::Shared<detail::backing::RecordSource> source,
                   detail::Shared<detail::backing::MapBacking> dropped)
      : source_(std::move(source)), dropped_(std::move(dropped)) {}

  /// The ELF symbol of the variable; natively empty unless the application embeds an object that has it.
  std::string name() const { return source_->name(); }
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1. It polls as readable while there are
  /// records.
  int fd() const { return source_->fd(); }
  /// The kernel's number for it; see MapHandle::id.
  std::uint32_t id() const { return detail::os::map_id(fd(), source_->label()); }

  /// Calls the callbacks with the records that are there, oldest first, and says how many there were. Stops behind the
  /// record for which a callback returns false. What a callback gets is in the ring buffer itself: its bytes are
  /// released when the callback returns or throws. Throws Error (EBADMSG) for a record that is none of ours, and goes
  /// on behind it the next time.
  template <class... Callbacks>
    requires TakesRecords<detail::handle::Overloaded<Callbacks...>, Records...>
  std::size_t consume(Callbacks... callbacks) const {
    detail::handle::Overloaded callback{std::move(callbacks)...};
    return detail::backing::consume_records(*source_, [&](std::span<const std::byte> bytes) {
      return with_record(bytes,
                         [&](const auto& record) { return detail::backing::call_with_record(callback, record); });
    });
  }

  /// The same, but waits for a first record if there is none: for `longest`, for ever if that is negative, until a
  /// signal arrives. 0 when there was none.
  template <class... Callbacks>
    requires TakesRecords<detail::handle::Overloaded<Callbacks...>, Records...>
  std::size_t poll(std::chrono::milliseconds longest, Callbacks... callbacks) const {
    if (!source_->front()) source_->wait(longest);
    return consume(std::move(callbacks)...);
  }

  /// Takes the records that are there, one by one. One that the loop has come to is taken, also if the loop ends there.
  Iterator begin() const { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  /// How many records found no room so far, on all CPUs.
  std::uint64_t dropped() const { return detail::backing::sum_of_counter(*dropped_); }

  /// Gives the ring buffer a name in a BPF file system; see MapHandle::pin. The kernel does not know what its records
  /// are, so their layout is pinned beside it, at `path` with "_layout" behind it, and the count of drops with
  /// "_dropped" behind it. Throws Error, and then nothing is pinned.
  void pin(const std::string& path) const {
    detail::os::pin_ring(fd(), dropped_->fd(), source_->label(), detail::backing::layout_text_of_records<Records...>(),
                         path);
  }

 private:
  static constexpr bool tagged = sizeof...(Records) > 1;

  /// Calls `body` with the record that `bytes` are.
  template <class Body>
  auto with_record(std::span<const std::byte> bytes, Body body) const {
    std::uint64_t tag = 0;
    std::span<const std::byte> rest = bytes;
    if constexpr (tagged) {
      if (bytes.size() < sizeof tag) fail(bytes.size(), tag);
      std::memcpy(&tag, bytes.data(), sizeof tag);
      rest = bytes.subspan(sizeof tag);
    }
    return with_record<0, Records...>(tag, rest, body);
  }
  template <std::uint64_t Tag, class Record, class... Rest, class Body>
  auto with_record(std::uint64_t tag, std::span<const std::byte> bytes, Body& body) const
      -> std::invoke_result_t<Body&, const Record&> {
    if (tag == Tag && bytes.size() == sizeof(Record)) return body(*reinterpret_cast<const Record*>(bytes.data()));
    if constexpr (sizeof...(Rest) > 0) {
      if (tag != Tag) return with_record<Tag + 1, Rest...>(tag, bytes, body);
    }
    fail(bytes.size() + (tagged ? sizeof tag : 0), tag);
  }

  [[noreturn]] void fail(std::size_t size, std::uint64_t tag) const {
    detail::backing::fail_foreign_record(*source_, size, tagged ? std::optional(tag) : std::nullopt);
  }

  detail::Shared<detail::backing::RecordSource> source_;
  detail::Shared<detail::backing::MapBacking> dropped_;
};

/// Goes through the records once (an input iterator); copies share the place they are at.
template <std::size_t Bytes, class... Records>
class RingBufferHandle<RingBuffer<Bytes, Records...>>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = RingBufferHandle::value_type;

  /// Takes the first record at once.
  explicit Iterator(RingBufferHandle ring) : ring_(std::move(ring)) { take(); }

  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): as with any iterator, asked only before the end
  const value_type& operator*() const { return *current_; }
  Iterator& operator++() {
    take();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return !current_; }

 private:
  void take() {
    current_.reset();
    const std::optional<std::span<const std::byte>> bytes = ring_.source_->front();
    if (!bytes) return;
    const detail::backing::TakenRecord taken(*ring_.source_);
    current_.emplace(ring_.with_record(*bytes, [](const auto& record) { return value_type(record); }));
  }

  RingBufferHandle ring_;
  std::optional<value_type> current_;
};

}  // namespace ebpfxx
