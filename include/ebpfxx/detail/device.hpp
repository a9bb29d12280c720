#pragma once

#include <cstdint>

#include <ebpfxx/abi.hpp>

#if !defined(__cpp_exceptions)
#error "ebpfxx reports failures as exceptions; compile without -fno-exceptions"
#define throw (void)  // this error is enough
#endif

/// EBPFXX_ANNOTATE(name, arguments...): an annotation for `ebpfxx-cc`, in the device pass only.
///
/// EBPFXX_REFUSE(rule, text, numbers...): ends the declaration of an overload that exists to say why it must not be
/// called. In the device pass `ebpfxx-cc` reports the text, with the numbers in place of %0 %1 ..., at the caller's
/// line; in the host pass the function is deleted, and clang says the text when it has no numbers. A string literal
/// stands for itself, a null pointer for its type. On one line with the name of the function, as g++ quotes that line.
/// EBPFXX_REFUSE_USE: the same; but to clang it is an error to use the function, which is not deleted. For operators,
/// as clang lists all others when it refuses a deleted one, and for what requires-expressions are to find callable.
///
/// EBPFXX_WHERE(condition): ends the declaration of a consteval function, which to clang is an overload for constants
/// for which the condition holds, beside others that are refused: its errors about calls of consteval functions are at
/// the program's start, and in our headers. For g++ the function throws where the condition does not hold.
///
/// EBPFXX_REFUSE_RUN_TIME(argument, rule, text): ends the declaration of the overload of a constructor for arguments
/// that are no constants, beside one for constants. Clang takes the type for convertible, and refuses the call.
///
/// EBPFXX_NEVER_WHERE(condition, text): a call with constants for which the condition holds is an error, to clang.
#if defined(__EBPFXX_DEVICE__)
#define EBPFXX_ANNOTATE(...) [[clang::annotate(__VA_ARGS__)]]
#define EBPFXX_REFUSE(...) __attribute__((annotate(EBPFXX_ABI_REFUSE, __VA_ARGS__)))
#define EBPFXX_REFUSE_USE(...) EBPFXX_REFUSE(__VA_ARGS__)
#define EBPFXX_REFUSE_RUN_TIME(argument, ...) EBPFXX_REFUSE(__VA_ARGS__)
#elif defined(__clang__)
#define EBPFXX_ANNOTATE(...)
#define EBPFXX_REFUSE(rule, text, ...)                                                          \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wc++26-extensions\"") = \
      delete EBPFXX_REASON##__VA_OPT__(_WITH_VALUES)(text) _Pragma("clang diagnostic pop")
#define EBPFXX_REASON(text) (text)
#define EBPFXX_REASON_WITH_VALUES(text)
#define EBPFXX_REFUSE_USE(rule, text, ...) EBPFXX_CLANG_ATTRIBUTE(diagnose_if(true, text, "error"))
#define EBPFXX_REFUSE_RUN_TIME(argument, rule, text) \
  EBPFXX_REFUSE_USE(rule, text) { static_assert(sizeof(argument) == 0, text); }
#else
#define EBPFXX_ANNOTATE(...)
#define EBPFXX_REFUSE(...) = delete
#define EBPFXX_REFUSE_USE(...) = delete
#endif

#if defined(__clang__)
#define EBPFXX_WHERE(...) EBPFXX_CLANG_ATTRIBUTE(enable_if(__VA_ARGS__, ""))
#define EBPFXX_NEVER_WHERE(condition, text) EBPFXX_CLANG_ATTRIBUTE(diagnose_if(condition, text, "error"))
#define EBPFXX_CLANG_ATTRIBUTE(...)                                                     \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wgcc-compat\"") \
      __attribute__((__VA_ARGS__)) _Pragma("clang diagnostic pop")
#else
#define EBPFXX_WHERE(...)
#define EBPFXX_NEVER_WHERE(...)
#endif

namespace ebpfxx {

namespace detail {

#if defined(__EBPFXX_DEVICE__)
inline constexpr bool is_device_pass = true;
#else
inline constexpr bool is_device_pass = false;
#endif

}  // namespace detail

/// Whether this call runs in the kernel: false in constant evaluation (of either pass) and in a native run. A function
/// that calls a helper says behind this what it gives elsewhere.
//
// Our headers ask compilers by the builtin, here and elsewhere: where std::is_constant_evaluated() is asked, g++ -O0
// compiles both branches into each application.
constexpr bool on_device() { return detail::is_device_pass && !__builtin_is_constant_evaluated(); }

namespace detail {

/// Returns `number`, and hides from the optimiser where it came from: computations with it are not rewritten to use its
/// operands. Costs no instruction.
constexpr std::uint64_t opaque(std::uint64_t number) {
  if (on_device()) asm("" : "+r"(number));
  return number;
}

/// Spills a number to the stack and reads it back. The verifier forgets its value: it tracks only spills of whole stack
/// slots of 8 bytes, or at the start of one (check_stack_write_fixed_off in kernel/bpf/verifier.c). The slot is for the
/// number alone: with it the verifier would forget what else is there, as a loop's counter.
inline std::uint16_t through_stack(std::uint16_t number) {
  alignas(8) std::uint16_t slot[4];
  slot[1] = number;
  asm("" : "+m"(slot));
  return slot[1];
}

/// Returns the lower 16 bits of `number`, of which the verifier forgets the value, so that it merges states that differ
/// only there, in place of following each. Costs a store and a load.
constexpr std::uint64_t forgotten16(std::uint64_t number) {
  if (on_device()) return through_stack(static_cast<std::uint16_t>(number));
  return number & 0xffff;
}

}  // namespace detail

}  // namespace ebpfxx
