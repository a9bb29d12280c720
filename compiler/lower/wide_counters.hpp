#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// A counter of 8 or 16 bits that does not wrap around before it comes to its limit gets 32: of the low bits of a
/// number, which are what is compared else, the verifier learns nothing for the number itself, and LLVM counts no
/// rounds.
void widen_counters(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
