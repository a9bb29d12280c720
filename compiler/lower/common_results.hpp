#pragma once

#include <llvm/IR/PassManager.h>

namespace ebpfxx::cc {

/// Makes one computation, in front of all ways, of a phi whose values are all the same one: so LLVM writes a counter's
/// next number that one way of a round needs earlier, and its analyses do not know such a phi for a counter.
class CommonResultsPass : public llvm::PassInfoMixin<CommonResultsPass> {
 public:
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

}  // namespace ebpfxx::cc
