#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {

/// Whether the choice (a `select`, a minimum) takes a copy of 32 bits, made before the comparison, as the number is
/// needed behind it. Before 6.12 the verifier learns nothing of such a copy from the comparison.
bool is_copied_for(const llvm::Value& number, const llvm::Instruction& choice, const llvm::DominatorTree& dominators);

/// Whether a value is copied into the register of the phi before the branch that leads there, as another value has that
/// register.
bool is_copied_into(const llvm::PHINode& phi, unsigned incoming, const llvm::LoopInfo& loops,
                    const llvm::DominatorTree& dominators);

}  // namespace ebpfxx::cc
