#pragma once

#include <linux/bpf.h>

#include <cstdint>

namespace ebpfxx::detail {

/// The kernel's helpers by name; the value is the number of the call instruction.
enum class Helper : std::uintptr_t {
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet) name = id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

/// Whether programs of this type may call the helper, on some kernel.
constexpr bool offers(bpf_prog_type program, Helper helper) {
  bool for_some_only = false;
#define EBPFXX_HELPER_PROGRAM(name, type, since)      \
  if (helper == Helper::name) {                       \
    if (program == BPF_PROG_TYPE_##type) return true; \
    for_some_only = true;                             \
  }
#include <ebpfxx/kernel/helper_programs.inc>
#undef EBPFXX_HELPER_PROGRAM
  return !for_some_only;
}

/// The helper is there for programs of the hook with these rights.
template <class Rights, Helper Id>
concept Offers = offers(Rights::program_type, Id);

/// Calls a helper. Only on the device: elsewhere there is nothing behind the number.
template <Helper Id, class Result, class... Arguments>
Result call_helper(Arguments... arguments) {
  return reinterpret_cast<Result (*)(Arguments...)>(static_cast<std::uintptr_t>(Id))(arguments...);
}

}  // namespace ebpfxx::detail
