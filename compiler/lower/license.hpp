#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Says under which licence the kernel may count the object's programs.
void add_license(llvm::Module& module, llvm::StringRef license);

}  // namespace ebpfxx::cc
