#include "lower/counter_limits.hpp"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/PatternMatch.h>

#include "base/function_ranges.hpp"
#include "base/helper_loop.hpp"
#include "base/loop_start.hpp"
#include "base/opaque.hpp"
#include "base/verifier_arithmetic.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// A counter that goes on while it is on this side of its limit.
struct End {
  llvm::Value* counter;
  llvm::Value* limit;
  llvm::CmpInst::Predicate predicate;
};

class CounterLimits {
 public:
  CounterLimits(const llvm::Loop& loop, NumberRanges& ranges) : loop_(loop), ranges_(ranges) {}

  void show() {
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop_.getExitingBlocks(exiting);
    for (llvm::BasicBlock* block : exiting) {
      auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      if (!branch || !branch->isConditional()) continue;
      const std::optional<End> end = end_in(*branch->getCondition(), *branch);
      if (end) show(*end, *branch);
    }
  }

 private:
  /// The first in a condition of which each part has to hold for the loop to go on.
  std::optional<End> end_in(llvm::Value& condition, const llvm::BranchInst& branch) {
    llvm::Value *one = nullptr, *other = nullptr;
    if (loop_.contains(branch.getSuccessor(0)) ? match(&condition, m_LogicalAnd(m_Value(one), m_Value(other)))
                                               : match(&condition, m_LogicalOr(m_Value(one), m_Value(other)))) {
      const std::optional<End> first = end_in(*one, branch);
      return first ? first : end_in(*other, branch);
    }
    const auto* test = llvm::dyn_cast<llvm::ICmpInst>(&condition);
    if (!test || !test->isRelational() || !test->getOperand(0)->getType()->isIntegerTy()) return std::nullopt;
    const bool goes_on = loop_.contains(branch.getSuccessor(0));
    llvm::CmpInst::Predicate predicate = goes_on ? test->getPredicate() : test->getInversePredicate();
    llvm::Value *counter = test->getOperand(0), *limit = test->getOperand(1);
    if (!ranges_.is_counter(*counter)) {
      std::swap(counter, limit);
      predicate = llvm::CmpInst::getSwappedPredicate(predicate);
    }
    if (!ranges_.is_counter(*counter) || !loop_.isLoopInvariant(limit) || llvm::isa<llvm::Constant>(limit) ||
        ranges_.is_walked(*counter, /*however_long=*/true) || ranges_.is_walked(*limit, /*however_long=*/true))
      return std::nullopt;
    return End{counter, limit, predicate};
  }

  void show(const End& end, llvm::BranchInst& branch) {
    const llvm::ConstantRange limits = ranges_.proven(*end.limit, branch);
    const bool is_up = llvm::ICmpInst::isLT(end.predicate) || llvm::ICmpInst::isLE(end.predicate);
    llvm::Value& tested = whole(*end.counter, branch);
    llvm::BinaryOperator* next = next_of(tested, branch);
    llvm::Value& counter = next ? *next : tested;
    const auto may_be_negative = [&](const llvm::ConstantRange& range) { return range.getSignedMin().isNegative(); };
    if (llvm::CmpInst::isUnsigned(end.predicate) &&
        (may_be_negative(limits) || may_be_negative(ranges_.proven(tested, branch))))
      return;
    llvm::APInt last =
        (is_up ? limits.getSignedMax() : limits.getSignedMin()).sext(counter.getType()->getIntegerBitWidth());
    if (next) last += llvm::cast<llvm::ConstantInt>(next->getOperand(1))->getValue();
    llvm::IRBuilder<> builder(&branch);
    builder.SetCurrentDebugLocation(branch.getDebugLoc());
    // With a sign, as the verifier does not know that a number that is counted down was above 0 before.
    llvm::Value* shown =
        builder.CreateICmp(llvm::ICmpInst::getSignedPredicate(end.predicate), &counter, builder.getInt(last));
    if (is_up) show_start(tested);
    const bool goes_on = loop_.contains(branch.getSuccessor(0));
    branch.setCondition(goes_on ? builder.CreateLogicalAnd(branch.getCondition(), shown)
                                : builder.CreateLogicalOr(branch.getCondition(), builder.CreateNot(shown)));
  }

  /// Shows how great a counter may be that a comparison of two registers has bounded before the loop: for the verifier,
  /// it could start with the least of all numbers.
  void show_start(llvm::Value& counter) {
    llvm::Value* counted = nullptr;
    auto* phi =
        llvm::dyn_cast<llvm::PHINode>(match(&counter, m_Add(m_Value(counted), m_ConstantInt())) ? counted : &counter);
    llvm::BasicBlock* before = loop_.getLoopPredecessor();
    if (!phi || phi->getParent() != loop_.getHeader() || !before) return;
    llvm::Instruction& at = *before->getTerminator();
    llvm::Value& start = *phi->getIncomingValueForBlock(before);
    const llvm::ConstantRange starts = starts_of(*ranges_.evolution().getSCEV(&start), loop_, ranges_);
    if (starts.getSignedMin().isNegative() || !ranges_.followed(start, at).getSignedMin().isNegative()) return;
    llvm::IRBuilder<> builder(&at);
    phi->setIncomingValueForBlock(before,
                                  builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, start),
                                                                builder.getInt(starts.getUnsignedMax())));
  }

  /// What the next round begins with, where it is computed before the branch: of that the verifier has to know how far
  /// it goes, and it learns nothing of one register from another.
  llvm::BinaryOperator* next_of(llvm::Value& counter, const llvm::BranchInst& branch) const {
    const auto* phi = llvm::dyn_cast<llvm::PHINode>(&counter);
    if (!phi || phi->getParent() != loop_.getHeader() || !loop_.getLoopLatch()) return nullptr;
    auto* next = llvm::dyn_cast<llvm::BinaryOperator>(phi->getIncomingValueForBlock(loop_.getLoopLatch()));
    return next && next->getOpcode() == llvm::Instruction::Add && next->getOperand(0) == phi &&
                   llvm::isa<llvm::ConstantInt>(next->getOperand(1)) && ranges_.dominators().dominates(next, &branch)
               ? next
               : nullptr;
  }

  /// The number of which the counter has the low bits, where the others are 0.
  llvm::Value& whole(llvm::Value& counter, llvm::Instruction& at) {
    auto* part = llvm::dyn_cast<llvm::TruncInst>(&counter);
    const unsigned bits = counter.getType()->getIntegerBitWidth();
    return part && ranges_.proven(*part->getOperand(0), at).getActiveBits() <= bits ? *part->getOperand(0) : counter;
  }

  const llvm::Loop& loop_;
  NumberRanges& ranges_;
};

}  // namespace

void show_counter_limits(llvm::Module& module, KernelVersion kernel) {
  if (kernel >= first_to_relate_registers) return;
  for_each_function(module, kernel, [kernel](llvm::Function&, NumberRanges& ranges) {
    for (const llvm::Loop* loop : ranges.loops().getLoopsInPreorder())
      if (!rounds_in_helper(*loop, ranges, kernel)) CounterLimits(*loop, ranges).show();
  });
}

}  // namespace ebpfxx::cc
