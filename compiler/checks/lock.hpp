#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// lock: a helper or a function called, or a second lock taken, while a program holds a spin lock. Of all helpers the
/// kernel allows only the one that releases it (do_check in kernel/bpf/verifier.c).
void check_lock(const llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
