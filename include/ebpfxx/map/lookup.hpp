#pragma once

#include <cstddef>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

/// What a map holds under a key, or nothing. Test it before use: the verifier insists, and so does `ebpfxx-cc`.
///
///     if (auto count = packets.find(address)) *count += 1;
///
/// It points into the map: a change through it is seen by everyone, and other CPUs change the value meanwhile. Count in
/// an `Atomic`.
template <class Value>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "lookup-unchecked", "may be null here") [[nodiscard]] LookupResult {
  /// What it is not converted to. The value, but for a bool: the conversion to that is the test.
  struct NoValue;
  using Taken = std::conditional_t<std::is_same_v<std::remove_const_t<Value>, bool>, NoValue, Value>;

 public:
  /// What the kernel returned: null when there is no such entry.
  constexpr explicit LookupResult(Value* value) : value_(value) {}

  constexpr explicit operator bool() const { return value_ != nullptr; }
  constexpr bool operator==(std::nullptr_t) const
      EBPFXX_REFUSE_USE("conversion",
                        "compares what a lookup found with a pointer; test it, as 'if (found)' or '!found'");
  constexpr bool operator!=(std::nullptr_t) const
      EBPFXX_REFUSE_USE("conversion",
                        "compares what a lookup found with a pointer; test it, as 'if (found)' or '!found'");
  template <class Number>
  constexpr LookupResult& operator+=(const Number&) const
      EBPFXX_REFUSE_USE("conversion", "adds to what a lookup found; test it, and write '*found += ...'");
  template <class Number>
  constexpr LookupResult& operator-=(const Number&) const
      EBPFXX_REFUSE_USE("conversion", "subtracts from what a lookup found; test it, and write '*found -= ...'");
  template <int = 0>
  constexpr LookupResult& operator++() const
      EBPFXX_REFUSE_USE("conversion", "counts what a lookup found; test it, and write '*found += 1'");
  template <int = 0>
  constexpr LookupResult operator++(int) const
      EBPFXX_REFUSE_USE("conversion", "counts what a lookup found; test it, and write '*found += 1'");
  constexpr Value* operator->() const { return value_; }
  constexpr Value& operator*() const { return *value_; }

  // NOLINTNEXTLINE(google-explicit-constructor): for the message
  constexpr operator Taken() const
      EBPFXX_REFUSE("conversion", "takes what a lookup found for the value; test it, and write '*found'");

 private:
  Value* value_;
};

/// The outcome of a change to a map: true, or the reason why not. It may be ignored, but not that of `insert` and
/// `replace`, which depends on what the map has.
class MapStatus {
 public:
  /// What the kernel returned: zero, or a negative errno.
  constexpr explicit MapStatus(long result) : error_(static_cast<int>(-result)) {}

  constexpr explicit operator bool() const { return error_ == 0; }

  /// 0 or an errno: EEXIST, ENOENT, E2BIG (the map is full), ENOMEM, EINVAL.
  constexpr int error() const { return error_; }

 private:
  int error_;
};

}  // namespace ebpfxx
