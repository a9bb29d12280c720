#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Hides numbers that each round of a loop computes from the last one, as a hash or a sum, from the comparisons that
/// choose ways through a round: with the bounds that one of them tells, the verifier computes those of the next rounds,
/// knows how they come out, otherwise on each way, and prunes none. What is an index, or ends the loop, stays as it is,
/// and so does a number that is compared in a round of one way otherwise.
void hide_compared_sums(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
