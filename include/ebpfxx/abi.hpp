#pragma once

/// The contract between the language headers and `ebpfxx-cc`: what the compiler looks for in an application's source,
/// and what it leaves behind in the object. Free of other includes, because both sides read it. Macros, because clang
/// takes only string literals as the name of an annotation.

/// On class templates whose variables the compiler lowers.
#define EBPFXX_ABI_PROGRAM "ebpfxx.program"
#define EBPFXX_ABI_MAP "ebpfxx.map"
/// On a map as well: whether all CPUs change the same values, with nothing between them.
#define EBPFXX_ABI_SHARED "ebpfxx.shared"
#define EBPFXX_ABI_CONFIG "ebpfxx.config"
#define EBPFXX_ABI_GLOBAL "ebpfxx.global"

/// On the text of a licence; the last one in a source counts.
#define EBPFXX_ABI_LICENSE "ebpfxx.license"

/// On a function that must not be called: rule, text with %0 %1 ..., and the numbers to put there.
#define EBPFXX_ABI_REFUSE "ebpfxx.refuse"

/// On a class whose objects must be tested before anything else is asked of them: rule, and what the object may be
/// instead.
#define EBPFXX_ABI_TESTED "ebpfxx.tested"

/// On a function (member: its object; free function: its first argument) that may be called with an object that was
/// not tested. It tests the object itself: if its result passes its test, so does the object.
#define EBPFXX_ABI_TAKEN_FROM "ebpfxx.taken-from"

/// On a function behind which nothing may be asked of its object any more: rule, and what happened to the object.
#define EBPFXX_ABI_ENDS "ebpfxx.ends"

/// On a function that has to be called before its object may be tested: rule, and what the object may be otherwise. In
/// a class that has no conversion to bool, this is the test: its object passes where the function returns false.
#define EBPFXX_ABI_ASKED_FIRST "ebpfxx.asked-first"

/// On the class whose `->` gives a header in the packet. A header's field `checksum` covers its other fields.
#define EBPFXX_ABI_HEADER_ACCESS "ebpfxx.header-access"

/// On a class of what a written field changes in the checksums that cover it: whoever drops it leaves them wrong.
#define EBPFXX_ABI_CHECKSUM_CHANGE "ebpfxx.checksum-change"

/// On a function that amends the checksum of a header that it is given, or writes bytes of the packet, among which any
/// checksum may be.
#define EBPFXX_ABI_WRITES_CHECKSUM "ebpfxx.writes-checksum"

/// On a function that does not come back in the kernel: rule. What it gives natively is the program's result.
#define EBPFXX_ABI_LEAVES "ebpfxx.leaves"

/// On a struct or union of the kernel: accesses to its fields are relocated to where the running kernel has them.
#define EBPFXX_ABI_KERNEL_TYPE "ebpfxx.kernel-type"

/// On a field, type or enumerator whose name in the kernel is no name in C++: what the kernel calls it.
#define EBPFXX_ABI_KERNEL_NAME "ebpfxx.kernel-name"

/// On a class template of pointers into the kernel: its first argument is a type of the kernel.
#define EBPFXX_ABI_KERNEL_POINTER "ebpfxx.kernel-pointer"

/// On a function that calls its first argument with an object of the kernel, for the address of one of its fields.
#define EBPFXX_ABI_KERNEL_PATH "ebpfxx.kernel-path"

/// On a class that keeps a number in network byte order, and takes and gives it in the host's.
#define EBPFXX_ABI_NETWORK_ORDER "ebpfxx.network-order"

/// The symbol of the function that returns the drop counter of a ring buffer, its second argument; `ebpfxx-cc` makes
/// each as the first one is.
#define EBPFXX_ABI_DROP_COUNTER "ebpfxx.drop-counter"

/// How the class template `Atomic` in namespace ebpfxx is called in debug information; BTF has the number in it.
#define EBPFXX_ABI_ATOMIC "Atomic<"

/// The section of the object in which formats of the log are, zero-terminated, for whoever reads a log; the kernel
/// does not get them.
#define EBPFXX_ABI_LOG_SECTION ".ebpfxx.log"

namespace ebpfxx::abi {

inline constexpr char program_annotation[] = EBPFXX_ABI_PROGRAM;
inline constexpr char map_annotation[] = EBPFXX_ABI_MAP;
inline constexpr char shared_annotation[] = EBPFXX_ABI_SHARED;
inline constexpr char config_annotation[] = EBPFXX_ABI_CONFIG;
inline constexpr char global_annotation[] = EBPFXX_ABI_GLOBAL;
inline constexpr char license_annotation[] = EBPFXX_ABI_LICENSE;
inline constexpr char refuse_annotation[] = EBPFXX_ABI_REFUSE;
inline constexpr char tested_annotation[] = EBPFXX_ABI_TESTED;
inline constexpr char taken_from_annotation[] = EBPFXX_ABI_TAKEN_FROM;
inline constexpr char ends_annotation[] = EBPFXX_ABI_ENDS;
inline constexpr char asked_first_annotation[] = EBPFXX_ABI_ASKED_FIRST;
inline constexpr char header_access_annotation[] = EBPFXX_ABI_HEADER_ACCESS;
inline constexpr char checksum_change_annotation[] = EBPFXX_ABI_CHECKSUM_CHANGE;
inline constexpr char writes_checksum_annotation[] = EBPFXX_ABI_WRITES_CHECKSUM;
inline constexpr char leaves_annotation[] = EBPFXX_ABI_LEAVES;
inline constexpr char kernel_type_annotation[] = EBPFXX_ABI_KERNEL_TYPE;
inline constexpr char kernel_name_annotation[] = EBPFXX_ABI_KERNEL_NAME;
inline constexpr char kernel_pointer_annotation[] = EBPFXX_ABI_KERNEL_POINTER;
inline constexpr char kernel_path_annotation[] = EBPFXX_ABI_KERNEL_PATH;
inline constexpr char network_order_annotation[] = EBPFXX_ABI_NETWORK_ORDER;

inline constexpr char drop_counter[] = EBPFXX_ABI_DROP_COUNTER;

inline constexpr char atomic_class[] = EBPFXX_ABI_ATOMIC;

inline constexpr char checksum_field[] = "checksum";

/// What a drop counter's symbol has behind the ring buffer's: two underscores are in no name of an application's own.
inline constexpr char drop_counter_suffix[] = "__dropped";

inline constexpr char log_section[] = EBPFXX_ABI_LOG_SECTION;

/// The most rounds that one loop of a program may have (BPF_MAX_LOOPS in kernel/bpf/bpf_iter.c).
inline constexpr unsigned most_rounds = 1U << 23;

/// The section of an object that is yet to be linked in which each program's and variable's symbol is, and behind
/// it the mangled name of the host's variable, both zero-terminated. Finished objects do not have it.
inline constexpr char names_section[] = ".ebpfxx.names";

/// The ELF section of the application in which embedded objects are listed (`detail/embedded.hpp`).
inline constexpr char embedded_section[] = "ebpfxx_objects";

/// Folders of headers whose functions only an application calls; the device pass does without their bodies.
inline constexpr const char* application_folders[] = {"ebpfxx/explain/", "ebpfxx/native/", "ebpfxx/runtime/",
                                                      "ebpfxx/testing/"};

}  // namespace ebpfxx::abi
