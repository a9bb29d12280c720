#include "lower/kernel_loops.hpp"

#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>
#include <llvm/Transforms/Utils/LoopUtils.h>

#include "base/function_analyses.hpp"
#include "base/helper_loop.hpp"
#include "lower/loop_body.hpp"

namespace ebpfxx::cc {
namespace {

class Function {
 public:
  Function(llvm::Function& function, KernelVersion kernel)
      : function_(function), kernel_(kernel), ranges_(function, analyses_.manager(), kernel) {}

  /// Outlines the body of one loop. Returns false when there is none left that has to be.
  bool outlines_one() {
    return llvm::any_of(analysis<llvm::LoopAnalysis>(), [this](llvm::Loop* loop) { return outlines_one(*loop); });
  }

 private:
  template <class Analysis>
  typename Analysis::Result& analysis() {
    return analyses_.manager().getResult<Analysis>(function_);
  }

  /// An inner loop before those around it, while its rounds can be told.
  bool outlines_one(llvm::Loop& loop) {
    if (llvm::any_of(loop, [this](llvm::Loop* inner) { return outlines_one(*inner); })) return true;
    const std::optional<uint64_t> rounds = rounds_in_helper(loop, ranges_, kernel_);
    if (!rounds) return false;
    shape(loop);
    outline_body(loop, *rounds, ranges_.evolution());
    return true;
  }

  /// One block before the loop, one that goes back, none behind it that something else leads to, and results in phis.
  void shape(llvm::Loop& loop) {
    auto& dominators = analysis<llvm::DominatorTreeAnalysis>();
    auto& loops = analysis<llvm::LoopAnalysis>();
    llvm::simplifyLoop(&loop, &dominators, &loops, &ranges_.evolution(), &analysis<llvm::AssumptionAnalysis>(), nullptr,
                       /*PreserveLCSSA=*/false);
    llvm::formLCSSARecursively(loop, dominators, &loops, &ranges_.evolution());
  }

  llvm::Function& function_;
  KernelVersion kernel_;
  FunctionAnalyses analyses_;
  NumberRanges ranges_;
};

}  // namespace

void outline_loops(llvm::Module& module, KernelVersion kernel) {
  llvm::SmallVector<llvm::Function*> functions;
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) functions.push_back(&function);
  for (llvm::Function* function : functions)
    while (Function(*function, kernel).outlines_one()) {
    }
}

}  // namespace ebpfxx::cc
