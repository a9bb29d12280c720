#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Puts the number of a loop's turn, where it is known in each turn, on the right of comparisons with numbers that are
/// not. Linux 6.1 knows how such a comparison comes out, and so the loop's end, only when the known number is there
/// (is_branch_taken in kernel/bpf/verifier.c). To be run after all other passes.
void order_loop_conditions(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
