#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Adds the licence of the object's programs, in the section that the kernel's loaders read.
void add_license(llvm::Module& module, llvm::StringRef license);

}  // namespace ebpfxx::cc
