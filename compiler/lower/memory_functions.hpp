#pragma once

#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PassManager.h>

#include <cstdint>
#include <optional>

namespace ebpfxx::cc {

/// How many bytes the destination is behind the source; empty when that is known at run time only.
std::optional<int64_t> moved_distance(const llvm::MemTransferInst& copy);

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
