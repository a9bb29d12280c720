#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Rewrites tests for field existence and reads of enum values (kernel/core_relocation.hpp) into the form from which
/// LLVM's BPF target makes CO-RE relocations: a field is a chain of accesses within the testing function, an enumerator
/// is a name and a type.
void lower_core_relocations(llvm::Module& module);

}  // namespace ebpfxx::cc
