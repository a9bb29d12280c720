#pragma once

#include <llvm/IR/PassManager.h>

namespace ebpfxx::cc {

/// Makes loops of calls of memcmp whose constant size is above what LLVM compares inline.
struct CompareLoopsPass : llvm::PassInfoMixin<CompareLoopsPass> {
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

/// Makes loops of copies and fills whose constant size is above what LLVM's BPF target makes inline. Run it after
/// NaturalAlignmentPass, whose alignments decide how large a step is.
struct CopyLoopsPass : llvm::PassInfoMixin<CopyLoopsPass> {
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

}  // namespace ebpfxx::cc
