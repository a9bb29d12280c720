#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Gives a counter of rounds to each loop that goes on while one number is less than another, and in every round brings
/// them nearer to each other: `while (low < high) { if (...) ++low; else --high; }`. It has as many rounds as they are
/// apart at first, at most. The loop is left at that number, too, which the checks and the verifier can follow.
void count_until_meeting(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
