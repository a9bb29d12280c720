#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Hides numbers from the comparisons that choose ways through a round of a loop, where there are others: with the
/// bounds that one of them tells, the verifier knows how the next ones come out, otherwise on each way, and prunes
/// none. A number that each round computes from the last one, as a hash or a sum, is hidden unless it is an index, or
/// ends the loop. Two numbers that stay the same, of which each comparison tells a little more, are compared before the
/// loop. Those that are compared with constants are hidden where they may come out in many combinations.
void hide_round_choices(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
