#pragma once

#include <llvm/IR/Dominators.h>
#include <llvm/IR/Value.h>

namespace ebpfxx::cc {

/// Whether the condition came out as `truth` on every way to the instruction.
bool came_out(const llvm::Value& condition, bool truth, const llvm::Instruction& at,
              const llvm::DominatorTree& dominators);

}  // namespace ebpfxx::cc
