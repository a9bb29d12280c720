#pragma once

#include <cstdint>

namespace ebpfxx::detail {

/// The kernel's helpers by name; the value is the number of the call instruction.
enum class Helper : std::uintptr_t {
#define EBPFXX_HELPER(name, id, since, gpl_only) name = id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

/// Calls a helper. Only on the device: elsewhere there is nothing behind the number.
template <Helper Id, class Result, class... Arguments>
Result call_helper(Arguments... arguments) {
  return reinterpret_cast<Result (*)(Arguments...)>(static_cast<std::uintptr_t>(Id))(arguments...);
}

}  // namespace ebpfxx::detail
