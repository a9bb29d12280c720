#pragma once

#include <llvm/ADT/StringMap.h>
#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "emit/object.hpp"
#include "lower/ir_locations.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// The checks that look at the source, over what the programs of `unit` may run.
void run_checks(const TranslationUnit& unit, Diagnostics& diagnostics);

/// The checks that look at optimised code, for what only the optimiser can tell. `kernel` is the oldest one that has to
/// load it.
void run_code_checks(const llvm::Module& module, KernelVersion kernel, const IrLocations& locations,
                     Diagnostics& diagnostics);

/// The checks that look at machine code. `old_names` are those of `rename_sources`.
void run_machine_checks(const llvm::Module& module, const MachineCode& code,
                        const llvm::StringMap<std::string>& old_names, const IrLocations& locations,
                        Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
