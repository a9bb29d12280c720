#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Orders the computations of each block so that few numbers are kept at a time: `n + 1` behind the last use of `n`, a
/// sum of two numbers, of which one is not used behind it, as soon as both are there.
void order_computations(llvm::Module& module);

}  // namespace ebpfxx::cc
