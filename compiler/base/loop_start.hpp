#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/ConstantRange.h>

#include "base/number_ranges.hpp"

namespace ebpfxx::cc {

/// The numbers with which a counter may come into the loop, by its formula's start: as far as LLVM's analyses, the
/// conditions of the loop's first round and the ranges of numbers say.
llvm::ConstantRange starts_of(const llvm::SCEV& start, const llvm::Loop& loop, NumberRanges& ranges,
                              llvm::ConstantRange::PreferredRangeType type = llvm::ConstantRange::Unsigned);

}  // namespace ebpfxx::cc
