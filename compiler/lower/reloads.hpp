#pragma once

#include <llvm/CodeGen/MachineFunctionPass.h>

namespace ebpfxx::cc {

/// Leaves out that a register is read from its spill slot again which still has what the slot has. Before 6.12 the
/// verifier does not know that both are the same, and what a comparison showed of the one is not known of the other.
/// To be run after stack slots are coloured.
llvm::MachineFunctionPass* create_reloads_pass();

}  // namespace ebpfxx::cc
