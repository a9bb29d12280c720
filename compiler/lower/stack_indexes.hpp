#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Hides from code generation how variables on the stack are aligned, where an index is added to their address. LLVM
/// computes such an address by `|=` when the index is smaller than the alignment, and the verifier takes only sums of
/// pointers. To be run after all other passes.
void hide_stack_alignment(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
