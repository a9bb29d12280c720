#pragma once

#include <cstdint>
#include <type_traits>

#include <ebpfxx/abi.hpp>

/// EBPFXX_ANNOTATE(name, arguments...): an annotation for `ebpfxx-cc`, in the device pass only.
///
/// EBPFXX_REFUSE(rule, text, numbers...): ends the declaration of an overload that exists to say why it must not be
/// called. In the device pass `ebpfxx-cc` reports the text, with the numbers in place of %0 %1 ..., at the caller's
/// line; in the host pass the function is deleted. A string literal stands for itself, a null pointer for its type.
#if defined(__EBPFXX_DEVICE__)
#define EBPFXX_ANNOTATE(...) [[clang::annotate(__VA_ARGS__)]]
#define EBPFXX_REFUSE(...) __attribute__((annotate(EBPFXX_ABI_REFUSE, __VA_ARGS__)))
#else
#define EBPFXX_ANNOTATE(...)
#define EBPFXX_REFUSE(...) = delete
#endif

namespace ebpfxx::detail {

#if defined(__EBPFXX_DEVICE__)
inline constexpr bool is_device_pass = true;
#else
inline constexpr bool is_device_pass = false;
#endif

/// Whether this call runs in the kernel: false in constant evaluation (of either pass) and in a native run.
constexpr bool on_device() { return is_device_pass && !std::is_constant_evaluated(); }

/// `number`, about which the optimiser is to know nothing more: what is computed from it stays computed from it, and is
/// not derived again from what `number` came from. Costs no instruction.
constexpr std::uint64_t opaque(std::uint64_t number) {
  if (on_device()) asm("" : "+r"(number));
  return number;
}

}  // namespace ebpfxx::detail
