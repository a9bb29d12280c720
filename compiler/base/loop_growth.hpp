#pragma once

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>

#include <cstdint>
#include <optional>

namespace ebpfxx::cc {

/// Which numbers a loop may carry from round to round in `phi`, of its header, when it adds to it or not, as
/// `kept[n++] = byte;` under a condition does: as much as it may add in all its `rounds`, or until it is left at a
/// number. Empty when it is changed in another way, when `rounds` is 0, as they have no bound, or when the number may
/// wrap around. `range_of` is asked for the start, and for what is added.
std::optional<llvm::ConstantRange> grown_in_loop(const llvm::PHINode& phi, const llvm::Loop& loop, uint64_t rounds,
                                                 const llvm::DominatorTree* dominators,
                                                 llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of);

}  // namespace ebpfxx::cc
