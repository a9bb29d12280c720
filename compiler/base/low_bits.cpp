#include "base/low_bits.hpp"

#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

namespace ebpfxx::cc {

using namespace llvm::PatternMatch;

LowBits low_bits(const llvm::Value* value) {
  LowBits low{value, value->getType()->getIntegerBitWidth()};
  while (true) {
    const llvm::APInt* mask = nullptr;
    llvm::Value* wider = nullptr;
    if (const auto* cut = llvm::dyn_cast<llvm::TruncInst>(low.number)) {
      const bool is_whole = cut->hasNoUnsignedWrap() && low.bits == cut->getType()->getIntegerBitWidth();
      if (is_whole) low.bits = cut->getOperand(0)->getType()->getIntegerBitWidth();
      low.number = cut->getOperand(0);
    } else if (match(low.number, m_And(m_Value(wider), m_LowBitMask(mask)))) {
      low = {wider, std::min(low.bits, mask->popcount())};
    } else if (match(low.number, m_ZExt(m_Value(wider)))) {
      low = {wider, std::min(low.bits, wider->getType()->getIntegerBitWidth())};
    } else {
      return low;
    }
  }
}

}  // namespace ebpfxx::cc
