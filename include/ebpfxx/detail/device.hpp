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

/// The lower 16 bits of `number`, about which the verifier is to know nothing more: paths that it would follow one by
/// one, for each number that it knows, become one. Costs two instructions: it does not follow bytes that are swapped
/// (BPF_END in check_alu_op, kernel/bpf/verifier.c), but since Linux 6.18 where nothing is swapped.
constexpr std::uint64_t forgotten16(std::uint64_t number) {
#if defined(__EBPFXX_DEVICE__)
  if (on_device()) {
    asm("%0 = be16 %0\n%0 = be16 %0" : "+r"(number));
    return number;
  }
#endif
  return number & 0xffff;
}

}  // namespace ebpfxx::detail
