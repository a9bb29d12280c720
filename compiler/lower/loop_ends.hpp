#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// `i != end` of a number that is counted up in steps that lead to the end, and is not above it at first, becomes
/// `i < end`: of an inequality with a number that is not constant the verifier learns nothing, nor does LLVM. And where
/// a counter that goes down is compared by its low bits, as it had few before LLVM gave it more, the whole of it is: of
/// a part the verifier learns nothing for the rest.
void order_loop_ends(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
