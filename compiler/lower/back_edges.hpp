#pragma once

#include <llvm/CodeGen/MachineFunctionPass.h>

namespace ebpfxx::cc {

/// Lets every loop go back by a jump. LLVM may lay out a loop so that its last instruction falls through into its
/// first; Linux 6.1 takes that for a loop without end when the instruction is no jump ("back-edge from insn", push_insn
/// in kernel/bpf/verifier.c). A jump by 0 instructions says the same, and the kernel removes it (opt_remove_nops).
llvm::MachineFunctionPass* create_back_edges_pass();

}  // namespace ebpfxx::cc
