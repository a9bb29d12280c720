#include "base/loop_decline.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>

namespace ebpfxx::cc {
namespace {

using llvm::CmpInst;

/// Whether the number has this formula, or that of its low bits.
bool is_low_part(const llvm::Value& number, const llvm::SCEV& formula, llvm::ScalarEvolution& evolution) {
  return number.getType()->isIntegerTy() &&
         evolution.getTypeSizeInBits(number.getType()) <= evolution.getTypeSizeInBits(formula.getType()) &&
         evolution.getSCEV(const_cast<llvm::Value*>(&number)) ==
             evolution.getTruncateOrNoop(&formula, number.getType());
}

}  // namespace

std::optional<llvm::ConstantRange> declined_in_loop(const llvm::PHINode& phi, const llvm::Loop& loop,
                                                    const llvm::ConstantRange& starts, llvm::ScalarEvolution& evolution,
                                                    const llvm::DominatorTree& dominators) {
  const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(const_cast<llvm::PHINode*>(&phi)));
  const llvm::BasicBlock* latch = loop.getLoopLatch();
  if (!counter || counter->getLoop() != &loop || !counter->isAffine() || !latch) return std::nullopt;
  const auto* change = llvm::dyn_cast<llvm::SCEVConstant>(counter->getStepRecurrence(evolution));
  if (!change || !change->getAPInt().isNegative()) return std::nullopt;
  const llvm::APInt step = -change->getAPInt();
  // Whether the loop goes on only with a number from which the step leads to no less than 0.
  llvm::APInt least = llvm::APInt::getZero(starts.getBitWidth());
  const auto is_kept_above = [&](const llvm::BasicBlock& block) {
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block.getTerminator());
    const auto* test = branch && branch->isConditional() && dominators.dominates(&block, latch)
                           ? llvm::dyn_cast<llvm::ICmpInst>(branch->getCondition())
                           : nullptr;
    if (!test) return false;
    const CmpInst::Predicate taken =
        loop.contains(branch->getSuccessor(0)) ? test->getPredicate() : test->getInversePredicate();
    for (const bool is_next : {true, false})
      for (const unsigned side : {0U, 1U}) {
        const CmpInst::Predicate predicate = side == 0 ? taken : CmpInst::getSwappedPredicate(taken);
        const llvm::Value &number = *test->getOperand(side), &other = *test->getOperand(1 - side);
        const llvm::SCEV& formula = is_next ? *counter->getPostIncExpr(evolution) : *counter;
        if (!is_low_part(number, formula, evolution) || !loop.isLoopInvariant(&other)) continue;
        const unsigned bits = number.getType()->getIntegerBitWidth();
        const llvm::SCEV* limit = evolution.getSCEV(const_cast<llvm::Value*>(&other));
        const llvm::ConstantRange passed =
            llvm::ConstantRange::makeAllowedICmpRegion(predicate, evolution.getUnsignedRange(limit));
        if (starts.getUnsignedMax().getActiveBits() > bits || step.getActiveBits() > bits ||
            passed.getUnsignedMin().ult(step.trunc(bits)))
          continue;
        const llvm::SCEV* first = evolution.getTruncateOrNoop(counter->getStart(), number.getType());
        if (is_next && starts.getUnsignedMin().ult(step) &&
            !evolution.isLoopEntryGuardedByCond(&loop, predicate, first, limit))
          continue;
        if (is_next)
          least = llvm::APIntOps::umin(starts.getUnsignedMin(), passed.getUnsignedMin().zext(starts.getBitWidth()));
        return true;
      }
    return false;
  };
  llvm::SmallVector<llvm::BasicBlock*> exiting;
  loop.getExitingBlocks(exiting);
  if (llvm::none_of(exiting, [&](const llvm::BasicBlock* block) { return is_kept_above(*block); })) return std::nullopt;
  return llvm::ConstantRange::getNonEmpty(least, starts.getUnsignedMax() + 1);
}

}  // namespace ebpfxx::cc
