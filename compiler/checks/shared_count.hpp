#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// shared-count: warns of a value of a map, or a Global, that is read and written back while other CPUs may change it:
/// `count += 1` of two CPUs at once adds 1. Looks for stores of what was computed from a load of the same address,
/// since by then it makes no difference through which lambda, reference or function the value was reached.
void check_shared_count(const llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
