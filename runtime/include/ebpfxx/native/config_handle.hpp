#pragma once

#include <cstring>

#include <ebpfxx/runtime/detail/backing/value_transfer.hpp>

namespace ebpfxx {

/// A Config of a native run: `native[port] = 9090`. Unlike that of an Object it can be set at any time. Valid as long
/// as its Native.
template <class T>
class NativeConfigHandle {
 public:
  /// `place` holds the value, in bytes.
  explicit NativeConfigHandle(void* place) : place_(place) {}
  NativeConfigHandle(const NativeConfigHandle&) = delete;

  /// Sets the value that programs run with from now on.
  NativeConfigHandle& operator=(const T& value) {
    std::memcpy(place_, &value, sizeof value);
    return *this;
  }
  // NOLINTNEXTLINE(bugprone-unhandled-self-assignment): the value is copied out first
  NativeConfigHandle& operator=(const NativeConfigHandle& other) { return *this = other.value(); }

  /// The value set, or the default of the source.
  const T value() const { return detail::backing::value_from<T>(place_); }

 private:
  void* place_;
};

}  // namespace ebpfxx
