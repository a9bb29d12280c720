#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Makes steps over structs of the kernel as large as the running kernel has them, before the optimiser: clang takes
/// the size that the source declares, of which fields may be left out. The indexes of arrays keep how many elements
/// there are, for the rule for indexes.
void relocate_steps(llvm::Module& module);

/// Reads elements of arrays in the kernel's objects by bpf_probe_read_kernel where the index is a run-time number, of
/// which the verifier takes no reads through the pointer (check_ptr_to_btf_access). Both give 0 where there is nothing.
void read_kernel_elements(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
