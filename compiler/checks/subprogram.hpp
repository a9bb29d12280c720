#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// A function that stays a function (`noinline`) and takes or returns more than BPF's registers hold: LLVM would pass
/// it in the host's way.
void check_subprograms(const llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
