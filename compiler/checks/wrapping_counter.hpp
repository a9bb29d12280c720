#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/Instructions.h>

#include <optional>
#include <string>

#include "base/number_ranges.hpp"

namespace ebpfxx::cc {

/// Why a loop that goes on while the comparison comes out as `truth` may do so for ever: at some limit each number that
/// the counter comes to goes on, as it wraps around. Nothing if that cannot be.
std::optional<std::string> endless_by_wrapping(const llvm::Loop& loop, llvm::ICmpInst& comparison, bool truth,
                                               NumberRanges& ranges);

/// The same of a counter that may be behind its limit at first, and goes on while it is not equal: it has to wrap
/// around to come there, which takes the verifier too long or, as it keeps no exact number, for ever.
std::optional<std::string> endless_by_start(const llvm::Loop& loop, llvm::ICmpInst& comparison, bool truth,
                                            NumberRanges& ranges);

}  // namespace ebpfxx::cc
