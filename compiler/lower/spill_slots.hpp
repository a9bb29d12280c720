#pragma once

#include <llvm/CodeGen/MachineFunctionPass.h>

namespace ebpfxx::cc {

/// Gives each spilled register a stack slot of 8 bytes. The verifier keeps the bounds of a spilled number only in an
/// aligned slot that nothing else is written to (check_stack_write_fixed_off in kernel/bpf/verifier.c); LLVM takes 4
/// bytes for half a register, beside other variables. To be run after stack slots were assigned.
llvm::MachineFunctionPass* create_spill_slots_pass();

}  // namespace ebpfxx::cc
