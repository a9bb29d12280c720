#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/global.hpp>

namespace ebpfxx {

/// A Global in the application: `object[limit] = 200`. It is the memory that programs read and write, so that every
/// access is a single one and none a system call; by several threads too. What it refers to lives as long as it does.
template <class T>
class GlobalHandle {
 public:
  /// The value is `offset` bytes behind where `begin` points at the moment; aligned to its size.
  GlobalHandle(detail::Shared<std::byte* const> begin, std::size_t offset)
      : begin_(std::move(begin)), offset_(offset) {}
  GlobalHandle(const GlobalHandle&) = delete;

  /// The value as it is now.
  const T value() const { return std::bit_cast<T>(word().load(std::memory_order_relaxed)); }

  /// Sets the value that programs see from now on; before the object is loaded, the one they start with.
  GlobalHandle& operator=(const T& value) {
    word().store(std::bit_cast<Word>(value), std::memory_order_relaxed);
    return *this;
  }
  // NOLINTNEXTLINE(bugprone-unhandled-self-assignment): the value is copied out first
  GlobalHandle& operator=(const GlobalHandle& other) { return *this = other.value(); }

  /// Adds, as one step; gives the value before.
  T fetch_add(T number)
    requires AtomicNumber<T>
  {
    return std::bit_cast<T>(word().fetch_add(std::bit_cast<Word>(number), std::memory_order_relaxed));
  }

  /// Puts `value` in the place of the value it gives, as one step: `object[packets].exchange(0)` loses no packet.
  T exchange(T value) {
    return std::bit_cast<T>(word().exchange(std::bit_cast<Word>(value), std::memory_order_relaxed));
  }

  /// Puts `desired` in the place of `expected`, as one step, and says whether it was there; if not, `expected` becomes
  /// what was.
  bool compare_exchange(T& expected, T desired) {
    Word word_expected = std::bit_cast<Word>(expected);
    const bool equal =
        word().compare_exchange_strong(word_expected, std::bit_cast<Word>(desired), std::memory_order_relaxed);
    expected = std::bit_cast<T>(word_expected);
    return equal;
  }

 private:
  using Word = detail::WordOf<T>;

  std::atomic_ref<Word> word() const { return std::atomic_ref(*reinterpret_cast<Word*>(*begin_ + offset_)); }

  detail::Shared<std::byte* const> begin_;
  std::size_t offset_;
};

}  // namespace ebpfxx
