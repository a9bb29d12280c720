#pragma once

#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/pointer.hpp>

namespace ebpfxx {

namespace detail::kernel {

#if defined(__EBPFXX_DEVICE__)
extern "C" std::uint32_t ebpfxx_field_info(const void* field,
                                           std::uint64_t kind) __asm__("llvm.bpf.preserve.field.info.p0");
extern "C" std::uint64_t ebpfxx_enumerator_info(std::uint32_t number, const char* name,
                                                std::uint64_t kind) __asm__("llvm.bpf.preserve.enum.value");

// Kinds: enum bpf_core_relo_kind in the kernel's uapi/linux/bpf.h, as LLVM numbers them (BPFCORE.h).
template <class T, class Path>
bool field_exists(Path path, const T* nowhere) {
  return ebpfxx_field_info(field_address(path, *nowhere), 2) != 0;
}

// One function an enumerator: the compiler takes the name from the template argument.
template <auto Enumerator>
bool enumerator_exists() {
  return ebpfxx_enumerator_info(0, nullptr, 0) != 0;
}
template <auto Enumerator>
std::uint64_t enumerator_value() {
  return ebpfxx_enumerator_info(0, nullptr, 1);
}
#endif

}  // namespace detail::kernel

/// Returns whether the running kernel has the field that `path` names, in a `T` or in a member of it. This is decided
/// when the object is loaded. The branch for kernels with the field is not verified on others, so that it may name
/// fields that they lack:
///
///     if (kernel_has<task_struct>([](auto& task) { return &task.__state; })) ...
///
/// Natively and in constant evaluation: true, as the header has it.
template <class T, detail::kernel::FieldPath<T> Path>
constexpr bool kernel_has([[maybe_unused]] Path path) {
#if defined(__EBPFXX_DEVICE__)
  if (on_device()) return detail::kernel::field_exists<T>(path, static_cast<const T*>(nullptr));
#endif
  return true;
}

/// Returns whether the enum in the running kernel has an enumerator of this name: `kernel_has<PIDTYPE_TGID>()`. The
/// enum must be marked EBPFXX_KERNEL_TYPE or come from `ebpfxx vmlinux`; of several names for one value the first one
/// counts.
template <auto Enumerator>
  requires std::is_enum_v<decltype(Enumerator)>
constexpr bool kernel_has() {
#if defined(__EBPFXX_DEVICE__)
  if (on_device()) return detail::kernel::enumerator_exists<Enumerator>();
#endif
  return true;
}

/// Returns the value that the enumerator of this name has in the running kernel. An object that can reach this call on
/// a kernel without the enumerator does not load. Natively and in constant evaluation its value in the header.
template <auto Enumerator>
  requires std::is_enum_v<decltype(Enumerator)>
constexpr auto kernel_value() {
#if defined(__EBPFXX_DEVICE__)
  if (on_device()) return static_cast<decltype(Enumerator)>(detail::kernel::enumerator_value<Enumerator>());
#endif
  return Enumerator;
}

}  // namespace ebpfxx
