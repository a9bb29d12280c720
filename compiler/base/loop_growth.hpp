#pragma once

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>

#include <cstdint>
#include <optional>

namespace ebpfxx::cc {

/// Which numbers a loop may carry from round to round in `phi`, of its header, when it adds to it or not, as
/// `kept[n++] = byte;` under a condition does: as much as it may add in all its `rounds`, as the tests before it adds
/// allow, until it is left at a number, or as far as a counter that it cannot overtake. Empty when it is changed in
/// another way, when nothing bounds it (0 rounds: they do not), or when the number may wrap around. `range_of` is asked
/// for the start, for what is added, and to what.
std::optional<llvm::ConstantRange> grown_in_loop(llvm::PHINode& phi, const llvm::Loop& loop, uint64_t rounds,
                                                 llvm::ScalarEvolution& evolution,
                                                 const llvm::DominatorTree* dominators,
                                                 llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of);

/// Whether the value is the number, or computed from it by operations and casts alone.
bool is_computed_from(const llvm::Value& value, const llvm::Value& number);

/// The operands by which another number may come into `phi`, which some way of a loop leaves as it was. Empty where it
/// is anew in each round.
std::optional<llvm::SmallVector<llvm::Use*>> numbers_kept(llvm::PHINode& phi);

}  // namespace ebpfxx::cc
