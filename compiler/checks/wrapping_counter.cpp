#include "checks/wrapping_counter.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/PatternMatch.h>

#include <utility>

#include "base/loop_rounds.hpp"
#include "base/loop_start.hpp"
#include "base/number_text.hpp"

namespace ebpfxx::cc {
namespace {

using llvm::APInt;
using llvm::CmpInst;
using namespace llvm::PatternMatch;

/// A number that changes by the same in each round, and wraps around. It may be compared with more bits than it has.
struct Counter {
  APInt step;  ///< of its bits
  const llvm::SCEV* start;
  bool has_sign;

  unsigned bits() const { return step.getBitWidth(); }
  APInt least() const { return has_sign ? APInt::getSignedMinValue(bits()) : APInt::getMinValue(bits()); }
};

/// As LLVM writes a counter of few bits: the low ones of a sum with what was left of the one before.
std::optional<Counter> cut_counter(llvm::Value& value, const llvm::Loop& loop, llvm::ScalarEvolution& evolution) {
  llvm::Value *carried = nullptr, *part = nullptr;
  const APInt *step = nullptr, *mask = nullptr, *left = nullptr, *right = nullptr;
  const auto sum = m_Add(m_Value(carried), m_APInt(step));
  const unsigned all_bits = value.getType()->getIntegerBitWidth();
  std::optional<APInt> own_step;
  if (match(&value, m_And(sum, m_LowBitMask(mask))))
    own_step = step->trunc(mask->countr_one());
  else if (match(&value, m_CombineOr(m_ZExt(m_Value(part)), m_SExt(m_Value(part)))) && match(part, m_Trunc(sum)))
    own_step = step->trunc(part->getType()->getIntegerBitWidth());
  else if (match(&value, m_Shr(m_Add(m_Shl(m_Value(carried), m_APInt(left)), m_APInt(step)), m_APInt(right))) &&
           *left == *right)
    own_step = step->lshr(*left).trunc(all_bits - static_cast<unsigned>(left->getZExtValue()));
  const auto* phi = own_step ? llvm::dyn_cast<llvm::PHINode>(carried) : nullptr;
  llvm::BasicBlock *latch = loop.getLoopLatch(), *before = loop.getLoopPredecessor();
  if (!phi || phi->getParent() != loop.getHeader() || !latch || !before ||
      phi->getIncomingValueForBlock(latch) != &value)
    return std::nullopt;
  const bool has_sign = llvm::isa<llvm::SExtInst>(value) || match(&value, m_AShr(m_Value(), m_Value()));
  return Counter{*own_step, evolution.getSCEV(phi->getIncomingValueForBlock(before)), has_sign};
}

std::optional<Counter> counter_of(llvm::Value& value, const llvm::Loop& loop, llvm::ScalarEvolution& evolution,
                                  bool has_sign) {
  const llvm::SCEV* formula = evolution.getSCEV(&value);
  if (llvm::isa<llvm::SCEVZeroExtendExpr, llvm::SCEVSignExtendExpr>(formula)) {
    has_sign = llvm::isa<llvm::SCEVSignExtendExpr>(formula);
    formula = llvm::cast<llvm::SCEVIntegralCastExpr>(formula)->getOperand();
  } else if (has_sign) {
    return std::nullopt;  // undefined in C++
  }
  const auto* counted = llvm::dyn_cast<llvm::SCEVAddRecExpr>(formula);
  if (!counted || counted->getLoop() != &loop) return cut_counter(value, loop, evolution);
  const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(counted->getStepRecurrence(evolution));
  if (!counted->isAffine() || counted->hasNoSelfWrap() || !step) return std::nullopt;
  return Counter{step->getAPInt(), counted->getStart(), has_sign};
}

/// A comparison with a limit, while which comes out as true a loop goes on.
class WrappingCounter {
 public:
  WrappingCounter(const Counter& counter, CmpInst::Predicate predicate, llvm::Value& limit, llvm::ICmpInst& comparison,
                  NumberRanges& ranges)
      : counter_(counter),
        predicate_(predicate),
        has_sign_(CmpInst::isSigned(predicate) || (CmpInst::isEquality(predicate) && counter.has_sign)),
        bits_(limit.getType()->getIntegerBitWidth()),
        limit_(ranges.evolution().getSCEV(&limit)),
        evolution_(ranges.evolution()),
        distance_(APInt::getOneBitSet(counter.bits(), counter.step.countr_zero())) {
    const llvm::ConstantRange limits =
        ranges.proven(limit, comparison).intersectWith(ranges.followed(limit, comparison));
    least_limit_ = has_sign_ ? limits.getSignedMin() : limits.getUnsignedMin();
    greatest_limit_ = has_sign_ ? limits.getSignedMax() : limits.getUnsignedMax();
  }

  std::optional<std::string> why_endless() const {
    const APInt first = extended(counter_.least()), last = extended(counter_.least() - 1);
    if (CmpInst::isEquality(predicate_)) {
      if (is_greater(greatest_limit_, last))
        return beyond(greatest_limit_, last, first, "at most " + text(last) + ", or count with more bits");
      if (is_greater(first, least_limit_)) return beyond(least_limit_, first, last, "at least " + text(first));
      return may_step_over() ? std::optional(stepping_over()) : std::nullopt;
    }
    const bool is_strict = CmpInst::isStrictPredicate(predicate_),
               goes_up = llvm::ICmpInst::isLT(predicate_) || llvm::ICmpInst::isLE(predicate_);
    // The number to which it comes next to this end, at the worst start.
    const APInt nearest = goes_up ? extended(counter_.least() - distance_ + remainder(APInt(counter_.bits(), 0)))
                                  : extended(counter_.least() + remainder(distance_ - 1));
    const APInt& limit = goes_up ? greatest_limit_ : least_limit_;
    if (!llvm::ICmpInst::compare(nearest, limit, predicate_)) return std::nullopt;
    if (!llvm::ICmpInst::compare(goes_up ? last : first, limit, predicate_)) return stepping_over();
    if (goes_up)
      return beyond(limit, last, first, "at most " + text(is_strict ? last : last - 1) + ", or count with more bits");
    return beyond(limit, first, last, "at least " + text(is_strict ? first : first + 1));
  }

 private:
  APInt extended(const APInt& number) const { return counter_.has_sign ? number.sext(bits_) : number.zext(bits_); }

  bool is_greater(const APInt& one, const APInt& other) const { return has_sign_ ? one.sgt(other) : one.ugt(other); }

  std::string text(const APInt& number) const { return text_of(has_sign_ ? number : number.zext(bits_ + 1)); }

  /// What is left of the start, divided by the distance of the numbers to which the counter comes.
  APInt remainder(const APInt& worst) const {
    if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(counter_.start))
      return constant->getAPInt().trunc(counter_.bits()).urem(distance_);
    return evolution_.getMinTrailingZeros(counter_.start) < distance_.logBase2() ? worst : APInt(counter_.bits(), 0);
  }

  bool may_step_over() const {
    const llvm::SCEV* limit = evolution_.getTruncateOrNoop(limit_, counter_.start->getType());
    const llvm::SCEV* way = evolution_.getMinusSCEV(limit, counter_.start);
    return evolution_.getMinTrailingZeros(way) < distance_.logBase2();
  }

  std::string stepping_over() const {
    return "this loop may never end: it counts by " + text_of(counter_.step.abs().zext(counter_.bits() + 1)) +
           ", and may step over its limit; end it by 'for (auto i : up_to<N>(count))'";
  }

  std::string beyond(const APInt& limit, const APInt& from, const APInt& to, const std::string& good) const {
    return "this loop may never end: its limit may be " + text(limit) + ", and its counter of " +
           std::to_string(counter_.bits()) + " bits goes from " + text(from) + " to " + text(to) +
           "; test first that the limit is " + good;
  }

  Counter counter_;
  CmpInst::Predicate predicate_;
  bool has_sign_;
  unsigned bits_;  ///< that are compared
  const llvm::SCEV* limit_;
  llvm::ScalarEvolution& evolution_;
  APInt distance_;  ///< of the numbers to which it comes when it has wrapped around often
  APInt least_limit_, greatest_limit_;
};

/// What is counted in the loop, whatever it is widened to.
const llvm::SCEVAddRecExpr* counted_in(llvm::Value& number, const llvm::Loop& loop, llvm::ScalarEvolution& evolution) {
  const llvm::SCEV* formula = evolution.getSCEV(&number);
  if (llvm::isa<llvm::SCEVZeroExtendExpr, llvm::SCEVSignExtendExpr>(formula))
    formula = llvm::cast<llvm::SCEVIntegralCastExpr>(formula)->getOperand();
  const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(formula);
  return counter && counter->getLoop() == &loop && counter->isAffine() ? counter : nullptr;
}

}  // namespace

std::optional<std::string> endless_by_wrapping(const llvm::Loop& loop, llvm::ICmpInst& comparison, bool truth,
                                               NumberRanges& ranges) {
  llvm::Value *value = comparison.getOperand(0), *limit = comparison.getOperand(1);
  if (!value->getType()->isIntegerTy()) return std::nullopt;
  CmpInst::Predicate predicate = truth ? comparison.getPredicate() : comparison.getInversePredicate();
  const auto counter_in = [&](llvm::Value& number) {
    return counter_of(number, loop, ranges.evolution(), CmpInst::isSigned(predicate));
  };
  std::optional<Counter> counter = counter_in(*value);
  if (!counter) {
    std::swap(value, limit);
    predicate = CmpInst::getSwappedPredicate(predicate);
    counter = counter_in(*value);
  }
  if (!counter || predicate == CmpInst::ICMP_EQ || !loop.isLoopInvariant(limit)) return std::nullopt;
  return WrappingCounter(*counter, predicate, *limit, comparison, ranges).why_endless();
}

std::optional<std::string> endless_by_start(const llvm::Loop& loop, llvm::ICmpInst& comparison, bool truth,
                                            NumberRanges& ranges) {
  llvm::Value *value = comparison.getOperand(0), *limit = comparison.getOperand(1);
  if (!value->getType()->isIntegerTy() || !comparison.isEquality() ||
      truth != (comparison.getPredicate() == CmpInst::ICMP_NE))
    return std::nullopt;
  const llvm::SCEVAddRecExpr* counter = counted_in(*value, loop, ranges.evolution());
  if (!counter) {
    std::swap(value, limit);
    counter = counted_in(*value, loop, ranges.evolution());
  }
  const auto* step =
      counter ? llvm::dyn_cast<llvm::SCEVConstant>(counter->getStepRecurrence(ranges.evolution())) : nullptr;
  if (!step || !loop.isLoopInvariant(limit) ||
      (ranges.is_walked(*value, /*however_long=*/true) && ranges.is_walked(*limit, /*however_long=*/true)))
    return std::nullopt;
  // A counter that is compared with more bits than it has, and does not start behind its limit, was given as many.
  const bool is_extended = counter->getType() != limit->getType();
  if (is_extended ? !step->getAPInt().abs().isOne() || !loop.getLoopLatch() ||
                        !ranges.dominators().dominates(comparison.getParent(), loop.getLoopLatch()) ||
                        (ranges.is_walked(*value) && LoopRounds(ranges).walk(loop).steps <= most_verifier_steps)
                  : starts_before(*limit, *counter, comparison, ranges) ||
                        starts_before(*limit, *counter, comparison, ranges, llvm::ConstantRange::Signed))
    return std::nullopt;
  const bool goes_up = !step->getAPInt().isNegative();
  return std::string("this loop may never end: its counter may be ") + (goes_up ? "above" : "below") +
         " its limit at first, and '!=' lets it go on; go on by '" + (goes_up ? "<" : ">") + "'";
}

}  // namespace ebpfxx::cc
