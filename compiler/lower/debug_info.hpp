#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Makes the debug info of the module's functions and variables such that LLVM writes BTF from it that kernels accept:
/// C types, the ELF symbol as every variable's name, and a name for every parameter.
void shape_debug_info(llvm::Module& module);

}  // namespace ebpfxx::cc
