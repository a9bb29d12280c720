#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Hands loops that take the verifier more steps than it has to the helper bpf_loop, where the target kernel has it and
/// something bounds their rounds: the verifier walks the body a few times, and not as often as it runs. The body
/// becomes a function that says go on or stop; what it has in common with the rest of the program is in a struct on the
/// stack. Nothing else changes. To be run when indexes have been lowered, as the body no longer shows where they come
/// from.
void outline_loops(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
