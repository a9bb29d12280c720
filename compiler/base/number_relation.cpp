#include "base/number_relation.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Support/MathExtras.h>

#include <limits>

namespace ebpfxx::cc {

using llvm::ConstantRange;
using namespace llvm::PatternMatch;

namespace {

constexpr unsigned most_bits = 64;

/// What a value is made of: these bits of a whole, `shift` to the right.
struct Bits {
  const llvm::Value* whole;
  unsigned shift;
  uint64_t mask;  ///< once they are shifted
};

Bits bits_of(const llvm::Value& value) {
  const llvm::Value* inner = nullptr;
  const llvm::APInt* constant = nullptr;
  const uint64_t all = llvm::maskTrailingOnes<uint64_t>(value.getType()->getIntegerBitWidth());
  if (match(&value, m_And(m_Value(inner), m_APInt(constant)))) {
    Bits bits = bits_of(*inner);
    bits.mask &= constant->getZExtValue();
    return bits;
  }
  if (match(&value, m_LShr(m_Value(inner), m_APInt(constant))) && constant->ult(most_bits)) {
    Bits bits = bits_of(*inner);
    bits.shift += static_cast<unsigned>(constant->getZExtValue());
    bits.mask >>= constant->getZExtValue();
    return bits;
  }
  if (match(&value, m_ZExt(m_Value(inner))) || match(&value, m_Trunc(m_Value(inner)))) {
    if (inner->getType()->getIntegerBitWidth() > most_bits) return {&value, 0, all};
    Bits bits = bits_of(*inner);
    bits.mask &= all;
    return bits;
  }
  return {&value, 0, all};
}

std::optional<NumberRelation> part_relation(const llvm::Value& other, const llvm::Value& number) {
  const unsigned width = number.getType()->getIntegerBitWidth();
  if (!other.getType()->isIntegerTy() || other.getType()->getIntegerBitWidth() > most_bits || width > most_bits)
    return std::nullopt;
  const Bits others = bits_of(other), numbers = bits_of(number);
  if (others.whole != numbers.whole) return std::nullopt;
  const uint64_t beside = (numbers.mask << numbers.shift & ~(others.mask << others.shift)) >> numbers.shift;
  const llvm::APInt zero(width, 0);
  const int shift = static_cast<int>(numbers.shift) - static_cast<int>(others.shift);
  return NumberRelation{zero, zero, NumberPart{shift, numbers.mask & ~beside, beside}};
}

/// The lowest bits of a whole, of which the highest is the sign of the number, shifted left.
struct SignedBits {
  const llvm::Value* whole;
  unsigned bits;
  unsigned shift = 0;
};

std::optional<SignedBits> signed_bits_of(const llvm::Value& value) {
  llvm::Value* whole = nullptr;
  const llvm::APInt *up = nullptr, *down = nullptr;
  unsigned bits = value.getType()->getIntegerBitWidth(), shift = 0;
  if (match(&value, m_AShr(m_Shl(m_Value(whole), m_APInt(up)), m_APInt(down))) && down->ule(*up) && up->ult(bits)) {
    bits -= static_cast<unsigned>(up->getZExtValue());
    shift = static_cast<unsigned>((*up - *down).getZExtValue());
  } else if (match(&value, m_SExt(m_Value(whole)))) {
    bits = whole->getType()->getIntegerBitWidth();
  } else {
    return std::nullopt;
  }
  llvm::Value* inner = nullptr;
  while (match(whole, m_ZExtOrSExt(m_Value(inner))) || match(whole, m_Trunc(m_Value(inner)))) {
    if (inner->getType()->getIntegerBitWidth() < bits) break;
    whole = inner;
  }
  return SignedBits{whole, bits, shift};
}

/// The greatest number of these bits that is not above `limit`.
uint64_t greatest_of_bits(uint64_t bits, uint64_t limit) {
  uint64_t greatest = 0;
  for (unsigned bit = most_bits; bit-- != 0;)
    if (const uint64_t one = uint64_t{1} << bit; (bits & one) != 0 && (greatest | one) <= limit) greatest |= one;
  return greatest;
}

/// A part of a number that is `greatest` at most.
ConstantRange range_of(const NumberPart& part, uint64_t greatest, unsigned width) {
  uint64_t limit = std::numeric_limits<uint64_t>::max();
  if (part.shift >= 0)
    limit = greatest >> part.shift;
  else if (greatest <= limit >> -part.shift)
    limit = greatest << -part.shift;
  const uint64_t most = greatest_of_bits(part.shared, limit) | part.beside;
  return ConstantRange::getNonEmpty(llvm::APInt(width, 0), llvm::APInt(width, most) + 1);
}

/// How much the other is more than the number on each way into a block.
std::optional<llvm::APInt> difference_on_all_ways(const llvm::PHINode& other, const llvm::PHINode& number) {
  std::optional<llvm::APInt> difference;
  for (const llvm::BasicBlock* from : number.blocks()) {
    const llvm::Value* one = other.getIncomingValueForBlock(from);
    const llvm::Value* two = number.getIncomingValueForBlock(from);
    const llvm::APInt *more = nullptr, *less = nullptr;
    std::optional<llvm::APInt> here;
    if (match(one, m_APInt(more)) && match(two, m_APInt(less)))
      here = *more - *less;
    else if (match(one, m_Add(m_Specific(two), m_APInt(more))))
      here = *more;
    else if (match(two, m_Add(m_Specific(one), m_APInt(less))))
      here = -*less;
    if (!here || (difference && *difference != *here)) return std::nullopt;
    difference = here;
  }
  return difference;
}

}  // namespace

ConstantRange NumberRelation::number_for(ConstantRange range) const {
  if (extended) {
    const unsigned width = added.getBitWidth();
    return range.sextOrTrunc(width).multiply(ConstantRange(llvm::APInt::getOneBitSet(width, *extended)));
  }
  if (times) return range.multiply(ConstantRange(*times)).subtract(added);
  if (part) return range_of(*part, range.getUnsignedMax().getZExtValue(), added.getBitWidth());
  if (!masked.isZero()) {
    const unsigned width = masked.getBitWidth();
    const ConstantRange possible = range.intersectWith(ConstantRange::getNonEmpty(llvm::APInt(width, 0), ~masked + 1));
    if (possible.isEmptySet()) return ConstantRange::getFull(width);
    const bool are_low = (masked + 1).isPowerOf2();
    const llvm::APInt greatest = are_low ? possible.getUnsignedMax() & ~masked : possible.getUnsignedMax();
    range = ConstantRange::getNonEmpty(possible.getUnsignedMin(), greatest + 1)
                .add(ConstantRange::getNonEmpty(llvm::APInt(width, 0), masked + 1));
  }
  return range.subtract(added);
}

std::optional<NumberRelation> relation_of(llvm::Value& other, const llvm::Value& number) {
  if (!number.getType()->isIntegerTy()) return std::nullopt;
  if (!other.getType()->isIntegerTy()) return std::nullopt;
  const llvm::APInt zero(number.getType()->getIntegerBitWidth(), 0);
  const llvm::APInt* constant = nullptr;
  llvm::Value* whole = nullptr;
  if (&other == &number) return NumberRelation{zero, zero};
  if (const auto others = signed_bits_of(other), numbers = signed_bits_of(number);
      others && numbers && others->whole == numbers->whole && others->bits == numbers->bits && others->shift == 0)
    return NumberRelation{zero, zero, std::nullopt, numbers->shift};
  if (other.getType() != number.getType()) return part_relation(other, number);
  if (match(&other, m_Add(m_Specific(&number), m_APInt(constant)))) return NumberRelation{*constant, zero};
  const auto *others = llvm::dyn_cast<llvm::PHINode>(&other), *numbers = llvm::dyn_cast<llvm::PHINode>(&number);
  if (others && numbers && others->getParent() == numbers->getParent())
    if (const auto difference = difference_on_all_ways(*others, *numbers)) return NumberRelation{*difference, zero};
  if (!match(&other, m_And(m_Value(whole), m_APInt(constant)))) return part_relation(other, number);
  if (whole == &number) return NumberRelation{zero, ~*constant};
  const llvm::APInt* all = nullptr;
  if (match(&number, m_And(m_Specific(whole), m_APInt(all))) && constant->isSubsetOf(*all))
    return NumberRelation{zero, *all & ~*constant};
  return part_relation(other, number);
}

std::optional<NumberRelation> relation_of_counters(llvm::Value& other, llvm::Value& number,
                                                   llvm::ScalarEvolution& evolution) {
  if (other.getType() != number.getType() || !evolution.isSCEVable(number.getType())) return std::nullopt;
  const auto* others = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(&other));
  const auto* numbers = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(&number));
  if (!others || !numbers || others->getLoop() != numbers->getLoop() || !others->isAffine() || !numbers->isAffine())
    return std::nullopt;
  const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(others->getStepRecurrence(evolution));
  const auto* steps = llvm::dyn_cast<llvm::SCEVConstant>(numbers->getStepRecurrence(evolution));
  if (!step || !steps || !steps->getAPInt().srem(step->getAPInt()).isZero()) return std::nullopt;
  const llvm::APInt times = steps->getAPInt().sdiv(step->getAPInt());
  const llvm::SCEV* started = evolution.getMulExpr(evolution.getConstant(times), others->getStart());
  const auto* added = llvm::dyn_cast<llvm::SCEVConstant>(evolution.getMinusSCEV(started, numbers->getStart()));
  if (!added) return std::nullopt;
  return NumberRelation{added->getAPInt(), llvm::APInt::getZero(times.getBitWidth()), std::nullopt, std::nullopt,
                        times};
}

}  // namespace ebpfxx::cc
