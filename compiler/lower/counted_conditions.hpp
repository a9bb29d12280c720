#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Computes conditions that are counted, as `found += byte == 'a';` does, by arithmetic: the upper bit of a difference.
/// LLVM makes a branch with 1 on one way and 0 on the other, and the verifier follows each number that the sum may have
/// on its own, twice as many for each condition. Of `if (byte == 'a') kept[found++] = byte;` in a loop, only the
/// counter is computed so. To be run before indexes are lowered.
void compute_counted_conditions(llvm::Module& module);

}  // namespace ebpfxx::cc
