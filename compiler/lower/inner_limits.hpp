#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Hides limits of inner loops from the verifier: leaving the inner loop in one round tells it what the limit is, and
/// it follows each of them further on. A limit that is computed before the outer loop it knows in all further rounds of
/// that, one that is computed in it from the next round on, where something goes on with it.
void hide_inner_limits(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
