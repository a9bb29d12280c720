#include "lower/common_results.hpp"

#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {
namespace {

/// The operation of a number and a constant that each of the phi's values is; null where they are not the same.
llvm::BinaryOperator* common_operation(const llvm::PHINode& phi) {
  auto* first = llvm::dyn_cast<llvm::BinaryOperator>(phi.getIncomingValue(0));
  if (!first || !llvm::isa<llvm::Constant>(first->getOperand(1))) return nullptr;
  const bool are_same = llvm::all_of(phi.incoming_values(), [&](const llvm::Use& value) {
    const auto* other = llvm::dyn_cast<llvm::BinaryOperator>(value);
    return other && other->isSameOperationAs(first, llvm::Instruction::CompareIgnoringAlignment) &&
           other->getOperand(0) == first->getOperand(0) && other->getOperand(1) == first->getOperand(1);
  });
  return are_same ? first : nullptr;
}

}  // namespace

llvm::PreservedAnalyses CommonResultsPass::run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses) {
  auto& dominators = analyses.getResult<llvm::DominatorTreeAnalysis>(function);
  bool is_changed = false;
  for (llvm::BasicBlock& block : function)
    for (llvm::PHINode& phi : llvm::make_early_inc_range(block.phis())) {
      llvm::BinaryOperator* operation = common_operation(phi);
      const auto* number = operation ? llvm::dyn_cast<llvm::Instruction>(operation->getOperand(0)) : nullptr;
      if (!number || number->getParent() == &block || !dominators.dominates(number, &block)) continue;
      llvm::BasicBlock* before = operation->getParent();
      for (llvm::Use& other : phi.incoming_values())
        before = dominators.findNearestCommonDominator(before, llvm::cast<llvm::Instruction>(other)->getParent());
      operation->moveBefore(before->getTerminator());
      for (llvm::Use& use : phi.incoming_values()) {
        auto& other = *llvm::cast<llvm::BinaryOperator>(use);
        operation->andIRFlags(&other);
        if (&other != operation) other.replaceAllUsesWith(operation);
      }
      phi.replaceAllUsesWith(operation);
      phi.eraseFromParent();
      is_changed = true;
    }
  return is_changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace ebpfxx::cc
