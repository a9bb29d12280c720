#pragma once

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {

/// Whether the condition came out as `truth` on every way to the instruction.
bool came_out(const llvm::Value& condition, bool truth, const llvm::Instruction& at,
              const llvm::DominatorTree& dominators);

/// Whether another phi of the same block, which would be the other constant, excludes this way into it.
bool is_excluded(const llvm::PHINode& phi, unsigned incoming, const llvm::Instruction& at,
                 const llvm::DominatorTree& dominators);

/// Calls `see` for each comparison of which it is known at the instruction how it came out.
void for_each_known_comparison(const llvm::Instruction& at, const llvm::DominatorTree& dominators,
                               llvm::function_ref<void(const llvm::ICmpInst&, bool truth)> see);

/// The comparisons that the condition is made of.
llvm::SmallVector<llvm::ICmpInst*> comparisons_in(llvm::Value& condition);

}  // namespace ebpfxx::cc
