#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Makes one branch of all choices of a block that have the same condition, with which the block may end, too. As
/// choices of their own they are branches of their own, and the verifier follows also the ways on which the condition
/// is true once and false once: in a loop as `if (found) low = middle + 1; else high = middle;` without end.
void share_conditions(llvm::Module& module);

}  // namespace ebpfxx::cc
