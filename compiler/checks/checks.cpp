#include "checks/checks.hpp"

namespace ebpfxx::cc {

void run_checks(const TranslationUnit& unit, Diagnostics& diagnostics) {}
void run_code_checks(const llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics) {}
void run_machine_checks(const llvm::Module& module, const MachineCode& code,
                        const llvm::StringMap<std::string>& old_names, const IrLocations& locations,
                        Diagnostics& diagnostics) {}

}  // namespace ebpfxx::cc
