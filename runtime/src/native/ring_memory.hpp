#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/native_interface.hpp>
#include <ebpfxx/runtime/detail/backing/record_source.hpp>

namespace ebpfxx::detail::native {

/// A ring buffer of a native run: records in the order in which they were reserved, as many as the kernel would have
/// room for (kernel/bpf/ringbuf.c).
///
/// A record that is written has an allocation of its own, and another one once it is submitted: AddressSanitizer sees
/// what is written past its end or after it was submitted.
class RingMemory final : public backing::RecordSource {
 public:
  explicit RingMemory(const native_interface::MapDescription& map) : map_(map) {}

  void* reserve(std::uint64_t size) {
    const std::uint64_t room = (header_size + size + 7) / 8 * 8;
    if (room > map_.max_entries || used_ + room > map_.max_entries - 1) return nullptr;
    used_ += room;
    records_.push_back({std::make_unique<std::byte[]>(size), size, room, State::Written});
    return records_.back().bytes.get();
  }

  /// Whether the record was reserved here; then it is submitted or discarded.
  bool end(const void* record, bool submitted) {
    for (Record& known : records_) {
      if (known.bytes.get() != record) continue;
      auto moved = std::make_unique<std::byte[]>(known.size);
      std::memcpy(moved.get(), known.bytes.get(), known.size);
      known.bytes = std::move(moved);
      known.state = submitted ? State::Submitted : State::Discarded;
      return true;
    }
    return false;
  }

  std::string name() const override { return std::string(find_embedded(map_.variable).name); }
  int fd() const override { return -1; }

  std::optional<std::span<const std::byte>> front() override {
    while (!records_.empty() && records_.front().state == State::Discarded) pop();
    if (records_.empty() || records_.front().state == State::Written) return std::nullopt;
    return std::span<const std::byte>(records_.front().bytes.get(), records_.front().size);
  }

  void pop() override {
    used_ -= records_.front().room;
    records_.pop_front();
  }

  /// Nobody writes meanwhile.
  void wait(std::chrono::milliseconds) override {}

 private:
  static constexpr std::uint64_t header_size = 8;

  enum class State { Written, Submitted, Discarded };
  struct Record {
    std::unique_ptr<std::byte[]> bytes;
    std::uint64_t size;
    std::uint64_t room;  ///< what the kernel would take for it
    State state;
  };

  native_interface::MapDescription map_;
  std::uint64_t used_ = 0;
  std::list<Record> records_;
};

}  // namespace ebpfxx::detail::native
