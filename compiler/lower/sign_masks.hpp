#pragma once

#include <llvm/CodeGen/MachineFunctionPass.h>

namespace ebpfxx::cc {

/// Multiplies by 0 or 1 where LLVM masks with 0 or -1: `0 - (n & 1)`, `n s>> 31`. Of such a mask and a constant the
/// verifier goes on in two states, one for each mask (maybe_fork_scalars in kernel/bpf/verifier.c; stable releases of
/// 6.12 and 6.18 do, 6.1 does not: measured), and so in 2^n for n of them: a CRC that is computed bit by bit is too
/// large for it. To be run before registers are allocated.
llvm::MachineFunctionPass* create_sign_masks_pass();

}  // namespace ebpfxx::cc
