#pragma once

#include <llvm/IR/PassManager.h>

namespace ebpfxx::cc {

/// Gives accesses to packets, maps and contexts the natural alignment of their size, so that a packed field becomes one
/// load and not a sequence of bytes. Kernels on x86-64 and arm64 allow it everywhere but on the stack
/// (check_ptr_alignment in kernel/bpf/verifier.c); there, variables that are copied in words are aligned for it.
struct NaturalAlignmentPass : llvm::PassInfoMixin<NaturalAlignmentPass> {
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

}  // namespace ebpfxx::cc
