#pragma once

#include <llvm/CodeGen/MachineFunctionPass.h>

namespace ebpfxx::cc {

/// Asks of a number that is counted down whether it is greater than 0, and not whether it is 0, which is the same
/// for numbers without a sign. Linux 6.1 learns only from the first that it is 1 at least, and so that it gets smaller
/// and the loop ends (reg_set_min_max in kernel/bpf/verifier.c; from 6.8 on from both).
llvm::MachineFunctionPass* create_zero_tests_pass();

}  // namespace ebpfxx::cc
