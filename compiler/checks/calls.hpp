#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// Calls that are still there after optimisation and cannot be made: through a pointer (indirect-call), or of a
/// function of the application (host-call).
void check_calls(const llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
