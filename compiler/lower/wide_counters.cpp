#include "lower/wide_counters.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/PatternMatch.h>

#include <optional>

#include "base/function_ranges.hpp"
#include "base/loop_start.hpp"

namespace ebpfxx::cc {
namespace {

using llvm::APInt;
using llvm::CmpInst;
using namespace llvm::PatternMatch;

constexpr unsigned wide_bits = 32;

/// A number that a loop carries, and what the next round begins with.
struct Counter {
  llvm::PHINode* carried;
  llvm::BinaryOperator* next;
  APInt step;
  const llvm::Loop* loop;
  bool has_sign = false;  ///< its values are the same with a sign and without
};

std::optional<Counter> counter_of(llvm::PHINode& phi, const llvm::Loop& loop) {
  llvm::BasicBlock *latch = loop.getLoopLatch(), *before = loop.getLoopPredecessor();
  if (!latch || !before || !phi.getType()->isIntegerTy() || phi.getType()->getIntegerBitWidth() < 8 ||
      phi.getType()->getIntegerBitWidth() >= wide_bits || phi.getNumIncomingValues() != 2)
    return std::nullopt;
  auto* next = llvm::dyn_cast<llvm::BinaryOperator>(phi.getIncomingValueForBlock(latch));
  const APInt* step = nullptr;
  if (!next || !match(next, m_Add(m_Specific(&phi), m_APInt(step)))) return std::nullopt;
  return Counter{&phi, next, *step, &loop};
}

/// What ends the loop: the next number on one side of a limit, which is the same in each round.
class CounterEnd {
 public:
  CounterEnd(const Counter& counter, llvm::ICmpInst& comparison, bool truth, NumberRanges& ranges)
      : counter_(counter), comparison_(comparison), ranges_(ranges), evolution_(ranges.evolution()) {
    predicate_ = truth ? comparison.getPredicate() : comparison.getInversePredicate();
    llvm::Value *number = comparison.getOperand(0), *limit = comparison.getOperand(1);
    if (!is_next(*number)) {
      std::swap(number, limit);
      predicate_ = CmpInst::getSwappedPredicate(predicate_);
    }
    if (!is_next(*number) || !counter.loop->isLoopInvariant(limit)) return;
    limit_ = limit;
    has_sign_ = CmpInst::isSigned(predicate_) || llvm::isa<llvm::SExtInst>(number);
  }

  bool has_sign() const { return has_sign_; }

  /// Whether no round of the loop begins with a number that wrapped around.
  bool keeps_from_wrapping() const {
    if (!limit_) return false;
    const unsigned bits = counter_.step.getBitWidth();
    const llvm::Value& first = start();
    const APInt last = (has_sign_ ? APInt::getSignedMaxValue(bits) : APInt::getMaxValue(bits)).zext(2 * wide_bits);
    const llvm::ConstantRange limits = wide(ranges_.proven(*limit_, comparison_));
    const llvm::ConstantRange starts =
        wide(starts_of(*evolution_.getSCEV(const_cast<llvm::Value*>(&first)), *counter_.loop, ranges_, sign()));
    // All of them are without a sign then.
    if (limits.getSignedMin().isNegative() ||
        (starts.getSignedMin().isNegative() && !is_tested_before(CmpInst::ICMP_SGT)))
      return false;
    const APInt step = counter_.step.abs().zext(2 * wide_bits);
    const auto is_guarded = [&](CmpInst::Predicate predicate) {
      return starts.icmp(predicate, limits) || is_tested_before(predicate);
    };
    const CmpInst::Predicate unsigned_predicate = ICmpInst::getUnsignedPredicate(predicate_);
    if (!counter_.step.isNegative()) {
      if (predicate_ == CmpInst::ICMP_NE)
        return step.isOne() && limits.getUnsignedMax().ule(last) && is_guarded(CmpInst::ICMP_ULT);
      // From a constant the verifier follows a short counter, too.
      if (llvm::isa<llvm::Constant>(first) ||
          (unsigned_predicate != CmpInst::ICMP_ULT && unsigned_predicate != CmpInst::ICMP_ULE))
        return false;
      const APInt greatest = limits.getUnsignedMax() - (unsigned_predicate == CmpInst::ICMP_ULT ? 1 : 0) + step;
      return greatest.ule(last) && ((starts.getUnsignedMax() + step).ule(last) || is_guarded(unsigned_predicate));
    }
    if (!step.isOne()) return false;
    const bool is_above_0 = !starts.getUnsignedMin().isZero();
    if (predicate_ == CmpInst::ICMP_NE)
      return is_guarded(CmpInst::ICMP_UGT) || (match(limit_, m_Zero()) && is_guarded(CmpInst::ICMP_NE));
    return (unsigned_predicate == CmpInst::ICMP_UGT && (is_above_0 || is_guarded(CmpInst::ICMP_UGT))) ||
           (unsigned_predicate == CmpInst::ICMP_UGE && !limits.getUnsignedMin().isZero() &&
            (is_above_0 || is_guarded(CmpInst::ICMP_UGE)));
  }

 private:
  using ICmpInst = llvm::ICmpInst;

  bool is_next(const llvm::Value& value) const {
    return &value == counter_.next || (llvm::isa<llvm::ZExtInst, llvm::SExtInst>(value) &&
                                       llvm::cast<llvm::CastInst>(value).getOperand(0) == counter_.next);
  }

  const llvm::Value& start() const {
    return *counter_.carried->getIncomingValueForBlock(counter_.loop->getLoopPredecessor());
  }

  llvm::ConstantRange::PreferredRangeType sign() const {
    return has_sign_ ? llvm::ConstantRange::Signed : llvm::ConstantRange::Unsigned;
  }

  llvm::ConstantRange wide(const llvm::ConstantRange& range) const {
    return has_sign_ ? range.signExtend(2 * wide_bits) : range.zeroExtend(2 * wide_bits);
  }

  bool is_tested_before(CmpInst::Predicate predicate) const {
    const llvm::SCEV *first = evolution_.getSCEV(const_cast<llvm::Value*>(&start())),
                     *last = evolution_.getSCEV(limit_);
    llvm::Type* type = limit_->getType();
    first = has_sign_ ? evolution_.getNoopOrSignExtend(first, type) : evolution_.getNoopOrZeroExtend(first, type);
    return evolution_.isLoopEntryGuardedByCond(
        counter_.loop,
        has_sign_ && CmpInst::isRelational(predicate) ? ICmpInst::getSignedPredicate(predicate) : predicate, first,
        last);
  }

  const Counter& counter_;
  llvm::ICmpInst& comparison_;
  NumberRanges& ranges_;
  llvm::ScalarEvolution& evolution_;
  CmpInst::Predicate predicate_ = CmpInst::BAD_ICMP_PREDICATE;
  llvm::Value* limit_ = nullptr;  ///< null: the comparison is of something else
  bool has_sign_ = false;
};

/// Whether a part of the condition, which comes out as `truth` when the loop goes on, keeps the counter from wrapping.
bool keeps_from_wrapping(Counter& counter, llvm::Value& condition, bool truth, NumberRanges& ranges) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (truth ? match(&condition, m_LogicalAnd(m_Value(one), m_Value(other)))
            : match(&condition, m_LogicalOr(m_Value(one), m_Value(other))))
    return keeps_from_wrapping(counter, *one, truth, ranges) || keeps_from_wrapping(counter, *other, truth, ranges);
  auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition);
  if (!comparison || !comparison->getOperand(0)->getType()->isIntegerTy()) return false;
  const CounterEnd end(counter, *comparison, truth, ranges);
  if (!end.keeps_from_wrapping()) return false;
  counter.has_sign = end.has_sign();
  return true;
}

bool never_wraps(Counter& counter, NumberRanges& ranges) {
  llvm::SmallVector<llvm::BasicBlock*> exiting;
  counter.loop->getExitingBlocks(exiting);
  return llvm::any_of(exiting, [&](llvm::BasicBlock* block) {
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    return branch && branch->isConditional() && ranges.dominators().dominates(block, counter.loop->getLoopLatch()) &&
           keeps_from_wrapping(counter, *branch->getCondition(), counter.loop->contains(branch->getSuccessor(0)),
                               ranges);
  });
}

/// Puts the wide number in place of the narrow one.
void replace(llvm::Instruction& narrow, llvm::Value& wide, llvm::Instruction& after, const Counter& counter) {
  llvm::IRBuilder<> builder(&after);
  llvm::Value* part = builder.CreateTrunc(&wide, narrow.getType());
  for (llvm::User* user : llvm::make_early_inc_range(narrow.users())) {
    auto* instruction = llvm::cast<llvm::Instruction>(user);
    auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(instruction);
    const bool is_extended =
        llvm::isa<llvm::ZExtInst>(instruction) || (llvm::isa<llvm::SExtInst>(instruction) && counter.has_sign);
    if (is_extended && instruction->getType() == wide.getType()) {
      instruction->replaceAllUsesWith(&wide);
      instruction->eraseFromParent();
    } else if (comparison && (counter.has_sign || !comparison->isSigned()) &&
               comparison->getOperand(0) != comparison->getOperand(1)) {
      const unsigned side = comparison->getOperand(0) == &narrow ? 0 : 1;
      llvm::Value& other = *comparison->getOperand(1 - side);
      llvm::IRBuilder<> at(counter.loop->isLoopInvariant(&other) ? counter.loop->getLoopPredecessor()->getTerminator()
                                                                 : comparison);
      comparison->setOperand(1 - side, comparison->isSigned() ? at.CreateSExt(&other, wide.getType())
                                                              : at.CreateZExt(&other, wide.getType()));
      comparison->setOperand(side, &wide);
    }
  }
  narrow.replaceAllUsesWith(part);
}

void widen(const Counter& counter, llvm::ScalarEvolution& evolution) {
  llvm::BasicBlock *latch = counter.loop->getLoopLatch(), *before = counter.loop->getLoopPredecessor();
  llvm::Type* type = llvm::IntegerType::get(counter.next->getContext(), wide_bits);
  llvm::Value* first =
      llvm::IRBuilder<>(before->getTerminator()).CreateZExt(counter.carried->getIncomingValueForBlock(before), type);
  // LLVM does not find that out by itself where the other side of the test before the loop is no constant.
  llvm::IRBuilder<> builder(before->getTerminator());
  if (counter.step.isNegative() && !llvm::isa<llvm::Constant>(first))
    builder.CreateAssumption(builder.CreateICmpUGE(first, builder.getInt32(1)));
  builder.SetInsertPoint(counter.carried);
  llvm::PHINode* carried = builder.CreatePHI(type, 2);
  builder.SetInsertPoint(counter.next);
  builder.SetCurrentDebugLocation(counter.next->getDebugLoc());
  llvm::Value* next = builder.CreateAdd(carried, builder.getInt(counter.step.sext(wide_bits)), "",
                                        /*HasNUW=*/!counter.step.isNegative(), /*HasNSW=*/true);
  carried->addIncoming(first, before);
  carried->addIncoming(next, latch);
  counter.carried->removeIncomingValue(latch, /*DeletePHIIfEmpty=*/false);
  replace(*counter.next, *next, *counter.next, counter);
  counter.next->eraseFromParent();
  replace(*counter.carried, *carried, *counter.loop->getHeader()->getFirstNonPHI(), counter);
  counter.carried->eraseFromParent();
  // LLVM may have carried it with more bits beside the narrow one.
  for (llvm::PHINode& other : llvm::make_early_inc_range(counter.loop->getHeader()->phis()))
    if (&other != carried && other.getType() == type && other.getIncomingValueForBlock(latch) == next &&
        evolution.getSCEV(other.getIncomingValueForBlock(before)) == evolution.getSCEV(first)) {
      evolution.forgetValue(&other);
      other.replaceAllUsesWith(carried);
      other.eraseFromParent();
    }
}

}  // namespace

void widen_counters(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function&, NumberRanges& ranges) {
    llvm::SmallVector<Counter> found;
    for (const llvm::Loop* loop : ranges.loops().getLoopsInPreorder())
      for (llvm::PHINode& phi : loop->getHeader()->phis())
        if (auto counter = counter_of(phi, *loop); counter && never_wraps(*counter, ranges)) found.push_back(*counter);
    for (const Counter& counter : found) widen(counter, ranges.evolution());
  });
}

}  // namespace ebpfxx::cc
