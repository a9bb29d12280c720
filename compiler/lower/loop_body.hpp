#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>

namespace ebpfxx::cc {

/// Makes a function of the body of the loop, which is in LLVM's simplified form and has its results in phis behind it.
/// In place of the loop bpf_loop is called, which runs the body as long as it says to go on, `rounds` times at most.
void outline_body(llvm::Loop& loop, uint64_t rounds, llvm::ScalarEvolution& evolution);

}  // namespace ebpfxx::cc
