#include "lower/loop_ends.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

#include <optional>

#include "base/congruence.hpp"
#include "base/function_ranges.hpp"
#include "base/loop_start.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// Whether the condition comes out as `truth` only if the comparison does.
bool depends_on(llvm::Value& condition, const llvm::ICmpInst& comparison, bool truth) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (truth ? match(&condition, m_LogicalAnd(m_Value(one), m_Value(other)))
            : match(&condition, m_LogicalOr(m_Value(one), m_Value(other))))
    return depends_on(*one, comparison, truth) || depends_on(*other, comparison, truth);
  return &condition == &comparison;
}

class LoopEnd {
 public:
  LoopEnd(llvm::ICmpInst& comparison, const llvm::Loop& loop, NumberRanges& ranges)
      : comparison_(comparison), loop_(loop), ranges_(ranges), evolution_(ranges.evolution()) {}

  /// The low bits of a counter that goes down one by one, and ends the loop before it is negative, are the counter.
  void compare_whole() {
    llvm::Value* number = nullptr;
    const llvm::APInt* mask = nullptr;
    for (const unsigned side : {0U, 1U})
      if (match(comparison_.getOperand(side), m_And(m_Value(number), m_LowBitMask(mask))) &&
          ends_before_negative(*number, *mask, side))
        comparison_.setOperand(side, number);
  }

  void order() {
    if (!comparison_.isEquality() || !is_in_each_round()) return;
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
  bool is_in_each_round() const { return goes_on() == (comparison_.getPredicate() == llvm::CmpInst::ICMP_NE); }

  /// How the comparison comes out while the loop goes on; empty unless it ends the loop, and each round has it.
  std::optional<bool> goes_on() const {
    const llvm::BasicBlock* block = comparison_.getParent();
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    if (!branch || !branch->isConditional() || !loop_.getLoopLatch() ||
        !ranges_.dominators().dominates(block, loop_.getLoopLatch()) ||
        loop_.contains(branch->getSuccessor(0)) == loop_.contains(branch->getSuccessor(1)))
      return std::nullopt;
    const bool truth = loop_.contains(branch->getSuccessor(0));
    return depends_on(*branch->getCondition(), comparison_, truth) ? std::optional(truth) : std::nullopt;
  }

  bool ends_before_negative(llvm::Value& number, const llvm::APInt& mask, unsigned side) {
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(&number));
    const std::optional<bool> truth = goes_on();
    if (!truth || !counter || counter->getLoop() != &loop_ || !counter->isAffine() ||
        !counter->getStepRecurrence(evolution_)->isAllOnesValue() ||
        starts_of(*counter->getStart(), loop_, ranges_).getUnsignedMax().ugt(mask))
      return false;
    llvm::CmpInst::Predicate predicate = *truth ? comparison_.getPredicate() : comparison_.getInversePredicate();
    if (side == 1) predicate = llvm::CmpInst::getSwappedPredicate(predicate);
    llvm::Value& limit = *comparison_.getOperand(1 - side);
    return (predicate == llvm::CmpInst::ICMP_NE && match(&limit, m_Zero())) || predicate == llvm::CmpInst::ICMP_UGT ||
           (predicate == llvm::CmpInst::ICMP_UGE && !ranges_.proven(limit, comparison_).getUnsignedMin().isZero());
  }

  bool counts_up_to(llvm::Value& number, llvm::Value& end) {
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(&number));
    if (!counter || counter->getLoop() != &loop_ || !counter->isAffine() || !loop_.isLoopInvariant(&end)) return false;
    const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(counter->getStepRecurrence(evolution_));
    if (!step || !step->getAPInt().isStrictlyPositive() ||
        !congruence_of(number).is_apart_by(step->getAPInt().getZExtValue(), congruence_of(end)) ||
        ranges_.proven(end, comparison_).getUnsignedMax().isNegative())
      return false;
    if (llvm::isa<llvm::SCEVConstant>(counter->getStart()) && llvm::isa<llvm::Constant>(end))
      return false;  // known to the verifier
    return starts_before(end, *counter, comparison_, ranges_);
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
      if (!loop || !comparison->getOperand(0)->getType()->isIntegerTy()) continue;
      LoopEnd end(*comparison, *loop, ranges);
      end.compare_whole();
      end.order();
    }
  });
}

}  // namespace ebpfxx::cc
