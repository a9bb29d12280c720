#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Makes choices by a comparison of indexes that are the least or the greatest of a number and a constant. The constant
/// belongs to the side of the number: there the verifier knows all numbers that there are. With the comparison that
/// LLVM makes it knows the constant on the other side only, and keeps for a write to the stack two sets of bytes, of
/// which neither has whole elements.
void choose_extremes(llvm::Module& module);

}  // namespace ebpfxx::cc
