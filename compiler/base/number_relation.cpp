#include "base/number_relation.hpp"

#include <llvm/IR/PatternMatch.h>

namespace ebpfxx::cc {

using llvm::ConstantRange;
using namespace llvm::PatternMatch;

ConstantRange NumberRelation::number_for(ConstantRange range) const {
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
  if (!number.getType()->isIntegerTy() || other.getType() != number.getType()) return std::nullopt;
  const llvm::APInt zero(number.getType()->getIntegerBitWidth(), 0);
  const llvm::APInt* constant = nullptr;
  llvm::Value* whole = nullptr;
  if (&other == &number) return NumberRelation{zero, zero};
  if (match(&other, m_Add(m_Specific(&number), m_APInt(constant)))) return NumberRelation{*constant, zero};
  if (!match(&other, m_And(m_Value(whole), m_APInt(constant)))) return std::nullopt;
  if (whole == &number) return NumberRelation{zero, ~*constant};
  const llvm::APInt* all = nullptr;
  if (match(&number, m_And(m_Specific(whole), m_APInt(all))) && constant->isSubsetOf(*all))
    return NumberRelation{zero, *all & ~*constant};
  return std::nullopt;
}

}  // namespace ebpfxx::cc
