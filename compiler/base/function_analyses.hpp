#pragma once

#include <llvm/Passes/PassBuilder.h>

namespace ebpfxx::cc {

/// LLVM's analyses of functions, outside of a pass.
class FunctionAnalyses {
 public:
  FunctionAnalyses() {
    builder_.registerModuleAnalyses(modules_);
    builder_.registerCGSCCAnalyses(call_graph_);
    builder_.registerFunctionAnalyses(functions_);
    builder_.registerLoopAnalyses(loops_);
    builder_.crossRegisterProxies(loops_, functions_, call_graph_, modules_);
  }

  llvm::FunctionAnalysisManager& manager() { return functions_; }

 private:
  llvm::PassBuilder builder_;
  llvm::LoopAnalysisManager loops_;
  llvm::FunctionAnalysisManager functions_;
  llvm::CGSCCAnalysisManager call_graph_;
  llvm::ModuleAnalysisManager modules_;
};

}  // namespace ebpfxx::cc
