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

/// A number put on the stack and taken back, where the verifier keeps track of whole slots of 8 bytes only, and of what
/// starts one (check_stack_write_fixed_off in kernel/bpf/verifier.c).
inline std::uint16_t through_stack(std::uint16_t number) {
  alignas(8) volatile std::uint16_t slot[4];
  slot[1] = number;
  return slot[1];
}

/// The lower 16 bits of `number`, about which the verifier is to know nothing more: paths that it would follow one by
/// one, for each number that it knows, become one. Costs a store and a load.
constexpr std::uint64_t forgotten16(std::uint64_t number) {
  if (on_device()) return through_stack(static_cast<std::uint16_t>(number));
  return number & 0xffff;
}

}  // namespace ebpfxx::detail
