#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <type_traits>

namespace ebpfxx {

/// The kernel's helpers by name, without the "bpf_" in front (include/uapi/linux/bpf.h); the value is the number of the
/// call instruction.
enum class BpfHelper : std::uintptr_t {
#define EBPFXX_HELPER(name, id, ...) name = id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

namespace detail::kernel {

/// Programs that may call a helper, on some kernel.
struct HelperProgram {
  BpfHelper helper;
  bpf_prog_type type;
};
// A table, not an `if` for each row: clang takes twenty times as long over those.
inline constexpr HelperProgram helper_programs[] = {
#define EBPFXX_HELPER_PROGRAM(name, type, since) {BpfHelper::name, BPF_PROG_TYPE_##type},
#include <ebpfxx/kernel/helper_programs.inc>
};

/// Whether programs of this type may call the helper, on some kernel.
constexpr bool offers(bpf_prog_type program, BpfHelper helper) {
  bool for_some_only = false;
  for (const HelperProgram& row : helper_programs) {
    if (row.helper != helper) continue;
    if (row.type == program) return true;
    for_some_only = true;
  }
  return !for_some_only;
}

/// The helper is there for programs of the hook with these rights.
template <class Rights, BpfHelper Id>
concept Offers = offers(Rights::program_type, Id);

/// What a helper takes and returns, as a function type.
template <BpfHelper>
struct HelperSignature;
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, result, arguments) \
  template <>                                                                     \
  struct HelperSignature<BpfHelper::name> {                                       \
    using Type = result arguments;                                                \
  };
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER

}  // namespace detail::kernel

/// Calls a helper with what the kernel's declaration lists, and returns what it says. Whether a program may call it is
/// for `ebpfxx-cc` to check. Only where `on_device()`: elsewhere there is nothing behind the number.
template <BpfHelper Id, class... Arguments>
  requires std::is_invocable_v<typename detail::kernel::HelperSignature<Id>::Type*, Arguments...>
auto call_helper(Arguments... arguments) {
  return reinterpret_cast<typename detail::kernel::HelperSignature<Id>::Type*>(static_cast<std::uintptr_t>(Id))(
      arguments...);
}

}  // namespace ebpfxx
