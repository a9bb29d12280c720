#include "checks/checks.hpp"

#include "checks/allocation.hpp"
#include "checks/backend.hpp"
#include "checks/byte_order.hpp"
#include "checks/calls.hpp"
#include "checks/capture.hpp"
#include "checks/checksum_unamended.hpp"
#include "checks/compile_time.hpp"
#include "checks/exception.hpp"
#include "checks/floating_point.hpp"
#include "checks/helper_calls.hpp"
#include "checks/host_call.hpp"
#include "checks/host_global.hpp"
#include "checks/kernel_address.hpp"
#include "checks/kernel_path.hpp"
#include "checks/kernel_type.hpp"
#include "checks/key_padding.hpp"
#include "checks/lock.hpp"
#include "checks/log_collision.hpp"
#include "checks/loop.hpp"
#include "checks/name_clash.hpp"
#include "checks/narrowed.hpp"
#include "checks/recursion.hpp"
#include "checks/refuse.hpp"
#include "checks/rtti.hpp"
#include "checks/shared_count.hpp"
#include "checks/stack_size.hpp"
#include "checks/stale_packet.hpp"
#include "checks/subprogram.hpp"
#include "checks/tail_call.hpp"
#include "checks/tested.hpp"
#include "checks/unset_member.hpp"
#include "checks/virtual_call.hpp"

namespace ebpfxx::cc {

void run_checks(const TranslationUnit& unit, Diagnostics& diagnostics) {
  check_name_clash(unit, diagnostics);
  for (const DeviceVariable& variable : unit.variables) check_key_padding(variable, diagnostics);
  for (const Program& program : unit.programs) check_capture(program, diagnostics);
  const ReachedFunctions functions = reachable(unit.programs);
  const StoredTypes stored = stored_types(unit);
  // What a container allocates says more than the exceptions it may throw before.
  for (const auto& function : functions) check_allocation(*function, diagnostics);
  for (const auto& function : functions) {
    check_refused(*function, diagnostics);
    check_compile_time(*function, diagnostics);
    check_recursion(*function, diagnostics);
    check_exception(*function, diagnostics);
    check_rtti(*function, diagnostics);
    check_virtual_call(*function, diagnostics);
    check_host_global(*function, diagnostics);
    check_byte_order(*function, diagnostics);
    check_host_call(*function, diagnostics);
    check_floating_point(*function, diagnostics);
    check_loop(*function, diagnostics);
    check_kernel_type(*function, diagnostics);
    check_kernel_path(*function, diagnostics);
    check_kernel_address(*function, diagnostics);
    check_narrowed(*function, diagnostics);
    check_unset_member(*function, stored, diagnostics);
  }
  check_tested(functions, diagnostics);
  check_checksum_unamended(unit, functions, diagnostics);
  check_tail_call(functions, diagnostics);
  check_log_collision(functions, diagnostics);
}

void run_code_checks(const llvm::Module& module, KernelVersion kernel, const IrLocations& locations,
                     Diagnostics& diagnostics) {
  check_calls(module, locations, diagnostics);
  check_helper_calls(module, kernel, locations, diagnostics);
  check_stale_packet(module, locations, diagnostics);
  check_subprograms(module, locations, diagnostics);
  check_lock(module, locations, diagnostics);
  check_shared_count(module, locations, diagnostics);
}

void run_machine_checks(const llvm::Module& module, const MachineCode& code,
                        const llvm::StringMap<std::string>& old_names, const IrLocations& locations,
                        Diagnostics& diagnostics) {
  check_backend(code, old_names, locations, diagnostics);
  check_stack_size(module, code, locations, diagnostics);
}

}  // namespace ebpfxx::cc
