#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/kernel/text.hpp>

namespace ebpfxx {

/// A copy of what was at an address in the kernel, or nothing when there was nothing to read. Test it before use.
///
///     if (auto start = task.read([](auto& task) { return &task.start_time; })) oldest = min(oldest, *start);
template <class Value>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "kernel-read", "may be unreadable here") [[nodiscard]] KernelRead {
 public:
  /// Nothing.
  constexpr KernelRead() : readable_(false), value_{} {}
  constexpr explicit KernelRead(const Value& value) : KernelRead(true, value) {}
  constexpr KernelRead(bool readable, const Value& value) : readable_(readable), value_(value) {}

  constexpr explicit operator bool() const { return readable_; }
  constexpr const Value* operator->() const { return &value_; }
  constexpr const Value& operator*() const { return value_; }

 private:
  bool readable_;
  Value value_;
};

namespace detail::kernel {

/// Natively, and as bpf_probe_read_kernel sees it (copy_from_kernel_nofault_allowed in mm/maccess.c), what is near the
/// null pointer cannot be read.
inline constexpr std::uintptr_t first_readable = 4096;

template <class T>
constexpr bool is_readable(const T* address) {
  if (__builtin_is_constant_evaluated()) return address != nullptr;
  return reinterpret_cast<std::uintptr_t>(address) >= first_readable;
}

/// Reads the number, enumerator or pointer at `address`.
template <class T>
constexpr KernelRead<T> read_kernel(const T* address) {
  if (on_device()) {
    T value;
    const long result = call_helper<BpfHelper::probe_read_kernel>(&value, std::uint32_t{sizeof value}, address);
    return KernelRead<T>(result == 0, value);
  }
  return is_readable(address) ? KernelRead<T>(*address) : KernelRead<T>();
}

/// Reads the characters from `address` to the next zero, at most N - 1 of them.
template <std::size_t N>
constexpr KernelRead<Text<N>> read_kernel_text(const char* address) {
  Text<N> text;
  if (on_device()) {
    const long result = call_helper<BpfHelper::probe_read_kernel_str>(text.characters, std::uint32_t{N}, address);
    return KernelRead<Text<N>>(result >= 0, text);
  }
  if (!is_readable(address)) return {};
  for (std::size_t i = 0; i + 1 < N && address[i] != '\0'; ++i) text.characters[i] = address[i];
  return KernelRead<Text<N>>(text);
}

}  // namespace detail::kernel
}  // namespace ebpfxx
