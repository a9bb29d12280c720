#pragma once

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/backing/map_backing.hpp>

namespace ebpfxx::detail::backing {

/// A map of the kernel as bytes.
struct KernelMapShape {
  int fd;
  std::string name;
  std::size_t key_size;     ///< bytes
  std::size_t values_size;  ///< bytes of what is under a key, all CPUs together
  std::uint32_t max_entries;
  std::uint64_t element_flags = 0;  ///< of reading and writing entries: BPF_F_LOCK where values have a spin lock
};

/// Larger batches are no faster.
inline constexpr std::size_t batch_size = 256;

/// Whether the kernel says so that a map's kind has no batches.
inline bool has_no_batches(int error) {
  constexpr int not_supported = 524;  // ENOTSUPP is the kernel's own, and not in errno.h
  return error == not_supported || error == EINVAL;
}

/// Reads a map's entries in batches (BPF_MAP_LOOKUP_BATCH), or one by one where the map's kind has no batches.
class MapCursor final : public MapEntries {
 public:
  explicit MapCursor(KernelMapShape map) : map_(std::move(map)) {
    resize(std::min<std::size_t>(map_.max_entries, batch_size));
    fetch();
  }

  bool at_end() const override { return position_ == count_ && finished_; }
  const std::byte* key() const override { return keys_.data() + position_ * map_.key_size; }
  const std::byte* values() const override { return values_.data() + position_ * map_.values_size; }

  void advance() override {
    if (++position_ == count_) fetch();
  }

 private:
  void resize(std::size_t entries) {
    keys_.resize(entries * map_.key_size);
    values_.resize(entries * map_.values_size);
    capacity_ = entries;
  }

  void fetch() {
    position_ = count_ = 0;
    while (count_ == 0 && !finished_) batches_ ? fetch_batch() : fetch_one();
  }

  void fetch_batch() {
    std::uint32_t count = static_cast<std::uint32_t>(capacity_);
    bpf_map_batch_opts options{};
    options.sz = sizeof options;
    options.elem_flags = map_.element_flags;
    // The kernel's place in the map: a key, or for hashes a 32-bit bucket number.
    next_place_.resize(std::max(map_.key_size, sizeof(std::uint32_t)));
    int result = bpf_map_lookup_batch(map_.fd, started_ ? place_.data() : nullptr, next_place_.data(), keys_.data(),
                                      values_.data(), &count, &options);
    int error = result == 0 ? 0 : errno;
    if (!started_ && has_no_batches(error)) {
      batches_ = false;
      resize(1);
      return;
    }
    if (error == ENOSPC) {  // one bucket of the hash holds more than a batch
      resize(capacity_ * 2);
      return;
    }
    if (error != 0 && error != ENOENT) fail(error);
    finished_ = error == ENOENT;
    started_ = true;
    count_ = count;
    std::swap(place_, next_place_);
  }

  // A key that is erased between the two calls is skipped; if it was the last one read, the kernel starts over.
  void fetch_one() {
    next_place_.resize(map_.key_size);
    if (bpf_map_get_next_key(map_.fd, started_ ? place_.data() : nullptr, next_place_.data()) != 0) {
      if (errno != ENOENT) fail(errno);
      finished_ = true;
      return;
    }
    started_ = true;
    std::swap(place_, next_place_);
    if (bpf_map_lookup_elem_flags(map_.fd, place_.data(), values_.data(), map_.element_flags) != 0) {
      if (errno != ENOENT) fail(errno);
      return;
    }
    std::copy(place_.begin(), place_.end(), keys_.begin());
    count_ = 1;
  }

  [[noreturn]] void fail(int number) const {
    throw Error(number, {.attempt = "read map " + map_.name, .name = map_.name});
  }

  KernelMapShape map_;
  std::vector<std::byte> keys_, values_, place_, next_place_;
  std::size_t capacity_ = 0, count_ = 0, position_ = 0;
  bool started_ = false, finished_ = false, batches_ = true;
};

}  // namespace ebpfxx::detail::backing
