#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Makes what LLVM 19's BPF target selects of atomic accesses that `check_atomic` lets pass: relaxed loads and stores
/// become volatile ones, which are one instruction each, and an ordered change whose result nobody uses keeps its
/// result, since only BPF's instructions that fetch are ordered.
void lower_atomics(llvm::Module& module);

}  // namespace ebpfxx::cc
