#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/ConstantRange.h>

#include "base/number_ranges.hpp"

namespace ebpfxx::cc {

/// The numbers with which a counter may come into the loop, by its formula's start: as far as LLVM's analyses, the
/// conditions of the loop's first round and the ranges of numbers say.
llvm::ConstantRange starts_of(const llvm::SCEV& start, const llvm::Loop& loop, NumberRanges& ranges,
                              llvm::ConstantRange::PreferredRangeType type = llvm::ConstantRange::Unsigned);

/// Whether a counter comes into the loop at `end`, which is the same in each round and compared with it, or on the side
/// of it from which its constant steps lead there: so it comes to `end` without wrapping around, if it does not step
/// over it.
bool starts_before(llvm::Value& end, const llvm::SCEVAddRecExpr& counter, llvm::ICmpInst& comparison,
                   NumberRanges& ranges, llvm::ConstantRange::PreferredRangeType type = llvm::ConstantRange::Unsigned);

}  // namespace ebpfxx::cc
