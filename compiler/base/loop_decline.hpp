#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>

#include <optional>

namespace ebpfxx::cc {

/// Which numbers a loop may carry in `phi`, of its header, where it counts them down from `starts` and goes on only
/// while they are above a limit, which keeps them from wrapping around. Empty where it does not.
std::optional<llvm::ConstantRange> declined_in_loop(const llvm::PHINode& phi, const llvm::Loop& loop,
                                                    const llvm::ConstantRange& starts, llvm::ScalarEvolution& evolution,
                                                    const llvm::DominatorTree& dominators);

}  // namespace ebpfxx::cc
