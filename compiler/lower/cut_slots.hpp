#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Prepares variables on the stack for writes at offsets that are no constants to the verifier. Where such a write
/// reaches a part of a slot with a spilled register, Linux 6.1 forgets the register, but not that the bytes beside
/// those written belong to one, and nothing can read them any more: they are made bytes again before
/// (check_stack_write_var_off in kernel/bpf/verifier.c). 6.12 does not need it: measured. To be run after indexes were
/// lowered.
void release_cut_slots(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
