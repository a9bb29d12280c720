#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Whether the value is a pointer's number, or the lower half of it.
bool is_pointer_number(const llvm::Value& value);

/// Computes each difference of two pointers before it adds something else: the verifier takes a pointer less another
/// for a number, but does not let an unbounded number be added to a pointer. LLVM reorders such sums.
void group_pointer_differences(llvm::Module& module);

}  // namespace ebpfxx::cc
