#include "base/sum_limit.hpp"

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/PatternMatch.h>

#include "base/conditions.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;
using llvm::APInt;
using llvm::CmpInst;

/// Wider than any number, so that no sum of a few wraps around.
constexpr unsigned wide = 128;
constexpr unsigned widest_number = 64;
constexpr unsigned most_parts = 6;

/// Numbers that are added, and a constant.
struct Sum {
  llvm::SmallVector<llvm::Value*> parts;
  APInt constant = APInt::getZero(wide);

  void add(llvm::Value& number, bool is_extended = false) {
    llvm::Value *one = nullptr, *other = nullptr;
    const APInt* number_itself = nullptr;
    if (match(&number, m_APInt(number_itself))) {
      constant += is_extended ? number_itself->zext(wide) : number_itself->sext(wide);
    } else if (match(&number, m_ZExt(m_Value(one))) && !one->getType()->isIntegerTy(1)) {
      add(*one, true);
    } else if (parts.size() < most_parts && (is_extended ? match(&number, m_NUWAddLike(m_Value(one), m_Value(other)))
                                                         : match(&number, m_AddLike(m_Value(one), m_Value(other))))) {
      add(*one, is_extended);
      add(*other, is_extended);
    } else {
      parts.push_back(&number);
    }
  }
};

/// Whether the number is the sum of its parts, and did not wrap around.
bool stays_itself(llvm::Value& number, const SumAnalyses& analyses) {
  Sum sum;
  sum.add(number);
  APInt least = sum.constant, greatest = sum.constant;
  for (llvm::Value* part : sum.parts) {
    const llvm::ConstantRange range = analyses.range_of(*part);
    least += range.getUnsignedMin().zext(wide);
    greatest += range.getUnsignedMax().zext(wide);
  }
  return !least.isNegative() && greatest.getActiveBits() <= number.getType()->getIntegerBitWidth();
}

llvm::Value** find(Sum& sum, llvm::Value& part, const SumAnalyses& analyses) {
  return llvm::find_if(sum.parts, [&](llvm::Value* other) {
    return other == &part || analyses.evolution.getSCEV(other) == analyses.evolution.getSCEV(&part);
  });
}

/// `from - subtracted`, which never wraps around.
struct Difference {
  APInt from;  ///< at most
  llvm::Value* subtracted;
};

class SumLimit {
 public:
  SumLimit(llvm::ArrayRef<llvm::Value*> numbers, const SumAnalyses& analyses)
      : analyses_(analyses), width_(numbers.front()->getType()->getIntegerBitWidth()) {
    for (llvm::Value* number : numbers) sum_.add(*number);
  }

  std::optional<APInt> most() {
    if (width_ > widest_number || sum_.parts.size() < 2 || sum_.constant.isNegative()) return std::nullopt;
    for_each_known_comparison(analyses_.at, analyses_.dominators,
                              [&](const llvm::ICmpInst& comparison, bool truth) { see(comparison, truth); });
    for (llvm::Value* part : sum_.parts) see_minima_with(*part);
    return most_ && most_->getActiveBits() <= width_ ? std::optional(most_->trunc(width_)) : std::nullopt;
  }

 private:
  void see(const llvm::ICmpInst& comparison, bool truth) {
    const CmpInst::Predicate predicate = truth ? comparison.getPredicate() : comparison.getInversePredicate();
    const bool is_left = predicate == CmpInst::ICMP_ULT || predicate == CmpInst::ICMP_ULE;
    if (!is_left && predicate != CmpInst::ICMP_UGT && predicate != CmpInst::ICMP_UGE) return;
    llvm::Value& limited = *comparison.getOperand(is_left ? 0 : 1);
    llvm::Value& limit = *comparison.getOperand(is_left ? 1 : 0);
    if (limited.getType()->isIntegerTy() && limited.getType()->getIntegerBitWidth() <= widest_number)
      see(limited, limit, CmpInst::isNonStrictPredicate(predicate) ? 0 : 1);
  }

  /// Where `limited` is less than `limit` by `less` at least.
  void see(llvm::Value& limited, llvm::Value& limit, uint64_t less) {
    Sum sum;
    sum.add(limited);
    const auto difference = difference_of(limit);
    if (difference) sum.parts.push_back(difference->subtracted);
    if (llvm::none_of(sum.parts, [&](llvm::Value* part) { return find(sum_, *part, analyses_) != sum_.parts.end(); }))
      return;
    if (!stays_itself(limited, analyses_)) return;
    take(sum, (difference ? difference->from : analyses_.range_of(limit).getUnsignedMax()).zext(wide) - less);
  }

  /// What is the least of several numbers is at most each of them.
  void see_minima_with(llvm::Value& part) {
    for (llvm::User* user : part.users()) {
      auto* computed = llvm::dyn_cast<llvm::Instruction>(user);
      if (computed && llvm::isa<llvm::CastInst>(computed) && computed->getType()->isIntegerTy()) {
        see_minima_with(*computed);
      } else if (computed && computed->getType()->isIntegerTy() && difference_of(*computed)) {
        for (llvm::User* least : computed->users())
          if (match(least, m_UMin(m_Value(), m_Value()))) see(*llvm::cast<llvm::Instruction>(least), *computed, 0);
      }
    }
  }

  std::optional<Difference> difference_of(llvm::Value& number) const {
    llvm::Value *from = nullptr, *subtracted = nullptr, *inner = nullptr;
    const APInt* all = nullptr;
    if (match(&number, m_ZExt(m_Value(inner))) && !inner->getType()->isIntegerTy(1)) return difference_of(*inner);
    if (match(&number, m_Sub(m_Value(from), m_Value(subtracted)))) {
      const llvm::ConstantRange whole = analyses_.range_of(*from);
      if (!llvm::cast<llvm::OverflowingBinaryOperator>(number).hasNoUnsignedWrap() &&
          analyses_.range_of(*subtracted).getUnsignedMax().ugt(whole.getUnsignedMin()))
        return std::nullopt;
      return Difference{whole.getUnsignedMax(), subtracted};
    }
    // LLVM's `31 - x` of what has five bits.
    if (match(&number, m_Xor(m_Value(subtracted), m_APInt(all))) && all->isMask() &&
        analyses_.range_of(*subtracted).getUnsignedMax().ule(*all))
      return Difference{*all, subtracted};
    return std::nullopt;
  }

  /// Where this sum is `most` at most: each part of ours is one of it, or less than one.
  void take(Sum limited, APInt most) {
    Sum rest{{}, sum_.constant};
    for (llvm::Value* part : sum_.parts) {
      if (llvm::Value** same = find(limited, *part, analyses_); same != limited.parts.end())
        limited.parts.erase(same);
      else
        rest.parts.push_back(part);
    }
    most -= limited.constant;
    for (llvm::Value* part : rest.parts) {
      bool found = false;
      for (llvm::Value** other = limited.parts.begin(); other != limited.parts.end() && !found; ++other) {
        const auto distance = distance_to(*part, rest.constant, **other);
        found = distance.has_value();
        if (!found) continue;
        most -= *distance;
        limited.parts.erase(other);
        break;
      }
      if (!found) return;
    }
    for (llvm::Value* other : limited.parts) most -= analyses_.range_of(*other).getUnsignedMin().zext(wide);
    most += rest.constant;
    if (!most.isNegative() && (!most_ || most.slt(*most_))) most_ = most;
  }

  /// How much the number is less than the other at least: as much as is added to it, and 1 more, or 1, or 0; empty
  /// where that is not known.
  std::optional<APInt> distance_to(llvm::Value& number, const APInt& added, llvm::Value& other) const {
    llvm::ScalarEvolution& evolution = analyses_.evolution;
    llvm::Type* type = evolution.getWiderType(number.getType(), other.getType());
    const llvm::SCEV* formula = evolution.getNoopOrZeroExtend(greatest_of(number), type);
    const APInt one(wide, 1);
    if (!added.isZero() && added.getActiveBits() < type->getIntegerBitWidth()) {
      const llvm::SCEV* more = evolution.getConstant(added.trunc(type->getIntegerBitWidth()));
      if (is_known(CmpInst::ICMP_ULT, *evolution.getAddExpr(formula, more), other)) return added + one;
    }
    if (is_known(CmpInst::ICMP_ULT, *formula, other)) return one;
    if (is_known(CmpInst::ICMP_ULE, *formula, other)) return APInt::getZero(wide);
    return std::nullopt;
  }

  bool is_known(CmpInst::Predicate predicate, const llvm::SCEV& formula, llvm::Value& other) const {
    llvm::ScalarEvolution& evolution = analyses_.evolution;
    const llvm::SCEV* limit = evolution.getNoopOrZeroExtend(evolution.getSCEV(&other), formula.getType());
    if (evolution.isKnownPredicateAt(predicate, &formula, limit, &analyses_.at)) return true;
    // Of the first round, ranges know what LLVM has lost among the conditions before the loop.
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(&formula);
    if (!counter || !counter->getLoop()->contains(&analyses_.at) ||
        !evolution.isLoopInvariant(limit, counter->getLoop()))
      return false;
    const auto* start = llvm::dyn_cast<llvm::SCEVConstant>(counter->getStart());
    return start &&
           llvm::ConstantRange(start->getAPInt().zext(wide))
               .icmp(predicate, analyses_.range_of(other).zeroExtend(wide)) &&
           evolution.isLoopBackedgeGuardedByCond(counter->getLoop(), predicate, counter->getPostIncExpr(evolution),
                                                 limit);
  }

  /// The number's formula, or that of its start where it is a counter that goes down, and ends at 0 or above.
  const llvm::SCEV* greatest_of(llvm::Value& number) const {
    llvm::ScalarEvolution& evolution = analyses_.evolution;
    const llvm::SCEV* formula = evolution.getSCEV(&number);
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(formula);
    if (!counter || !counter->isAffine() || !evolution.isKnownNegative(counter->getStepRecurrence(evolution)))
      return formula;
    const llvm::SCEV* rounds = evolution.getSymbolicMaxBackedgeTakenCount(counter->getLoop());
    if (llvm::isa<llvm::SCEVCouldNotCompute>(rounds) ||
        evolution.getTypeSizeInBits(rounds->getType()) > evolution.getTypeSizeInBits(formula->getType()))
      return formula;
    const llvm::SCEV* last = counter->evaluateAtIteration(rounds, evolution);
    return evolution.isKnownNonNegative(last) ? counter->getStart() : formula;
  }

  const SumAnalyses& analyses_;
  unsigned width_;
  Sum sum_;
  std::optional<APInt> most_;
};

}  // namespace

std::optional<APInt> most_of_sum(llvm::ArrayRef<llvm::Value*> numbers, const SumAnalyses& analyses) {
  return SumLimit(numbers, analyses).most();
}

bool is_at_most_sum(llvm::Value& number, const APInt& more, llvm::Value& limit, const SumAnalyses& analyses) {
  if (number.getType() != limit.getType() || number.getType()->getIntegerBitWidth() > widest_number) return false;
  Sum part, whole;
  part.add(number);
  whole.add(limit);
  for (llvm::Value* one : part.parts) {
    llvm::Value** same = find(whole, *one, analyses);
    if (same == whole.parts.end()) return false;
    whole.parts.erase(same);
  }
  APInt least = whole.constant;
  for (llvm::Value* rest : whole.parts) least += analyses.range_of(*rest).getUnsignedMin().zext(wide);
  return (part.constant + more.sext(wide)).sle(least) && stays_itself(limit, analyses) &&
         stays_itself(number, analyses);
}

}  // namespace ebpfxx::cc
