#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Asks whether a number is below the greatest that it may be, and not whether it is unequal to that, which is the
/// same; likewise for the least. LLVM makes `number != 31` of `number + 1 < 32` where it knows that it is 31 at most,
/// and Linux 6.1 learns only from the latter that 30 is left (reg_set_min_max in kernel/bpf/verifier.c; from 6.8 on
/// from both). To be run before indexes are lowered. Tests for 0 are left to
/// create_zero_tests_pass, but for those that end a loop that counts down: where LLVM sees an equality it counts up to
/// -1 in place of that, a number that wraps around for all that the verifier knows.
void make_equality_tests_relational(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
