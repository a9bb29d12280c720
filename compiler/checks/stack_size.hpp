#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "emit/object.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// A program whose frames, its own and those of the subprograms it calls, need more than 512 bytes
/// (MAX_BPF_STACK in include/linux/filter.h).
void check_stack_size(const llvm::Module& module, const MachineCode& code, const IrLocations& locations,
                      Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
