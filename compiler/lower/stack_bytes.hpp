#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Prepares variables on the stack for accesses at offsets that are no constants to the verifier. Linux 6.1 reads at
/// such an offset only where each byte is set that the offset may reach, padding too: those that may not be are set to
/// 0. A write at such an offset makes it forget registers that were spilled there, but not that the bytes beside those
/// written belong to one, which nothing can read then: they are made bytes again before (check_stack_range_initialized
/// and check_stack_write_var_off in kernel/bpf/verifier.c). 6.12 needs neither: measured. To be run after indexes were
/// lowered.
void set_stack_bytes(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
