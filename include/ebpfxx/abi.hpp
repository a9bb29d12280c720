#pragma once

/// The contract between the language headers and `ebpfxx-cc`: what the compiler looks for in an application's source, and what
/// it leaves behind in the object. Free of other includes, because both sides read it.
namespace ebpfxx::abi {

/// `clang::annotate` strings on class templates whose variables the compiler lowers.
inline constexpr char program_annotation[] = "ebpfxx.program";
inline constexpr char map_annotation[] = "ebpfxx.map";
inline constexpr char config_annotation[] = "ebpfxx.config";

/// `clang::annotate` on an overload that must not be called: rule, text with %0 %1 ..., and the numbers to put there.
inline constexpr char refuse_annotation[] = "ebpfxx.refuse";

/// `clang::annotate` on the result type of a map lookup, which must be tested before it is used.
inline constexpr char lookup_annotation[] = "ebpfxx.lookup";

/// A BTF declaration tag that starts so, on a program or a variable, carries the mangled name of the host's variable.
inline constexpr char symbol_tag_prefix[] = "ebpfxx:";

/// The ELF section of the application in which embedded objects are listed (`detail/embedded.hpp`).
inline constexpr char embedded_section[] = "ebpfxx_objects";

}  // namespace ebpfxx::abi

/// EBPFXX_ANNOTATE(...): an annotation that the device pass reads; nothing elsewhere.
/// EBPFXX_REFUSE(rule, text, numbers...): ends a declaration that exists to say why it must not be called. In the device pass
/// `ebpfxx-cc` reports the text, with the numbers, at the caller's line; in the host pass the function is deleted.
#if defined(__EBPFXX_DEVICE__)
#define EBPFXX_ANNOTATE(...) [[clang::annotate(__VA_ARGS__)]]
#else
#define EBPFXX_ANNOTATE(...)
#endif
