#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "lower/ir_locations.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Calls of helpers that the kernel refuses by who calls: a program of a type that does not have them (helper-hook), on
/// a kernel before `kernel` had them there (helper-kernel), or in an object whose licence is not compatible with the
/// GPL (helper-license). Helpers and types of programs that the tables do not have are left to the kernel.
void check_helper_calls(const llvm::Module& module, KernelVersion kernel, const IrLocations& locations,
                        Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
