#pragma once

#include <llvm/CodeGen/MachineFunctionPass.h>

namespace ebpfxx::cc {

/// Gives each register that is spilled to the stack 8 bytes of its own. Of a spilled number the verifier knows the
/// bounds only at the beginning of such a slot (check_stack_write_fixed_off in kernel/bpf/verifier.c); LLVM takes 4
/// bytes for half a register, wherever there is room. To be run after the slots were given to the registers.
llvm::MachineFunctionPass* create_spill_slots_pass();

}  // namespace ebpfxx::cc
