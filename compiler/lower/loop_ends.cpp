#include "lower/loop_ends.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

#include "base/congruence.hpp"
#include "base/function_ranges.hpp"

namespace ebpfxx::cc {
namespace {

class LoopEnd {
 public:
  LoopEnd(llvm::ICmpInst& comparison, const llvm::Loop& loop, NumberRanges& ranges)
      : comparison_(comparison), loop_(loop), ranges_(ranges), evolution_(ranges.evolution()) {}

  void order() {
    if (!comparison_.isEquality() || !comparison_.getOperand(0)->getType()->isIntegerTy() || !is_in_each_round())
      return;
    for (const unsigned side : {0U, 1U}) {
      if (!counts_up_to(*comparison_.getOperand(side), *comparison_.getOperand(1 - side))) continue;
      const bool goes_on = comparison_.getPredicate() == llvm::CmpInst::ICMP_NE;
      const auto predicate = goes_on ? llvm::CmpInst::ICMP_ULT : llvm::CmpInst::ICMP_UGE;
      comparison_.setPredicate(side == 0 ? predicate : llvm::CmpInst::getSwappedPredicate(predicate));
      return;
    }
  }

 private:
  /// Whether the loop is left by the comparison, and no round goes on without it.
  bool is_in_each_round() const {
    const llvm::BasicBlock* block = comparison_.getParent();
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    if (!branch || !branch->isConditional() || branch->getCondition() != &comparison_) return false;
    const bool goes_on = comparison_.getPredicate() == llvm::CmpInst::ICMP_NE;
    return loop_.getLoopLatch() && ranges_.dominators().dominates(block, loop_.getLoopLatch()) &&
           loop_.contains(branch->getSuccessor(goes_on ? 0 : 1)) &&
           !loop_.contains(branch->getSuccessor(goes_on ? 1 : 0));
  }

  bool counts_up_to(llvm::Value& number, llvm::Value& end) {
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(&number));
    if (!counter || counter->getLoop() != &loop_ || !counter->isAffine() || !loop_.isLoopInvariant(&end)) return false;
    const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(counter->getStepRecurrence(evolution_));
    if (!step || !step->getAPInt().isStrictlyPositive() ||
        !congruence_of(number).is_apart_by(step->getAPInt().getZExtValue(), congruence_of(end)) ||
        ranges_.proven(end, comparison_).getUnsignedMax().isNegative())
      return false;
    const llvm::SCEV* start = counter->getStart();
    if (llvm::isa<llvm::SCEVConstant>(start) && llvm::isa<llvm::Constant>(end)) return false;  // known to the verifier
    return evolution_.isLoopEntryGuardedByCond(&loop_, llvm::CmpInst::ICMP_ULE, start, evolution_.getSCEV(&end)) ||
           greatest_start(*start).ule(ranges_.proven(end, comparison_).getUnsignedMin());
  }

  llvm::APInt greatest_start(const llvm::SCEV& start) {
    llvm::APInt greatest = evolution_.getUnsignedRangeMax(&start);
    const llvm::BasicBlock* before = loop_.getLoopPredecessor();
    for (llvm::PHINode& phi : loop_.getHeader()->phis()) {
      if (!before || phi.getType() != start.getType()) continue;
      llvm::Value& first = *phi.getIncomingValueForBlock(before);
      const auto* more =
          llvm::dyn_cast<llvm::SCEVConstant>(evolution_.getMinusSCEV(&start, evolution_.getSCEV(&first)));
      if (!more) continue;
      const llvm::ConstantRange starts =
          ranges_.proven(first, *const_cast<llvm::Instruction*>(before->getTerminator())).add(more->getAPInt());
      greatest = llvm::APIntOps::umin(greatest, starts.getUnsignedMax());
    }
    return greatest;
  }

  llvm::ICmpInst& comparison_;
  const llvm::Loop& loop_;
  NumberRanges& ranges_;
  llvm::ScalarEvolution& evolution_;
};

}  // namespace

void order_loop_ends(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function& function, NumberRanges& ranges) {
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&instruction);
      const llvm::Loop* loop = comparison ? ranges.loops().getLoopFor(comparison->getParent()) : nullptr;
      if (loop) LoopEnd(*comparison, *loop, ranges).order();
    }
  });
}

}  // namespace ebpfxx::cc
