#include "base/pointer_difference.hpp"

#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

#include "base/conditions.hpp"

namespace ebpfxx::cc {
namespace {

using llvm::ConstantRange;
using namespace llvm::PatternMatch;

/// Phis and choices to look through, which may lead back to themselves.
constexpr unsigned greatest_depth = 8;

class Differences {
 public:
  Differences(const llvm::Instruction& at, const llvm::DominatorTree& dominators) : at_(at), dominators_(dominators) {}

  std::optional<ConstantRange> of(const llvm::Value& pointer, const llvm::Value& base, unsigned depth = 0) const {
    const llvm::DataLayout& layout = at_.getDataLayout();
    llvm::APInt behind(64, 0), before(64, 0);
    const llvm::Value* start = pointer.stripAndAccumulateConstantOffsets(layout, behind, /*AllowNonInbounds=*/true);
    if (start == base.stripAndAccumulateConstantOffsets(layout, before, /*AllowNonInbounds=*/true))
      return ConstantRange(behind - before);
    const auto* phi = llvm::dyn_cast<llvm::PHINode>(start);
    const auto* choice = llvm::dyn_cast<llvm::SelectInst>(start);
    if ((!phi && !choice) || depth > greatest_depth) return std::nullopt;
    ConstantRange all = ConstantRange::getEmpty(64);
    for (unsigned i = 0; i != (phi ? phi->getNumIncomingValues() : 2); ++i) {
      if (phi && is_excluded(*phi, i, at_, dominators_)) continue;
      const auto one = of(*(phi ? phi->getIncomingValue(i) : choice->getOperand(i + 1)), base, depth + 1);
      if (!one) return std::nullopt;
      all = all.unionWith(*one);
    }
    return without_unequal(all, *start, base).add(behind);
  }

 private:
  /// The differences without that of a pointer that it was compared with, and is not.
  ConstantRange without_unequal(ConstantRange differences, const llvm::Value& pointer, const llvm::Value& base) const {
    for (const llvm::User* user : pointer.users()) {
      const auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(user);
      if (!comparison || !comparison->isEquality()) continue;
      const llvm::Value* other = comparison->getOperand(comparison->getOperand(0) == &pointer ? 1 : 0);
      const bool unequal = comparison->getPredicate() == llvm::CmpInst::ICMP_NE;
      llvm::APInt behind(64, 0), before(64, 0);
      const llvm::DataLayout& layout = at_.getDataLayout();
      if (other->stripAndAccumulateConstantOffsets(layout, behind, /*AllowNonInbounds=*/true) !=
          base.stripAndAccumulateConstantOffsets(layout, before, /*AllowNonInbounds=*/true))
        continue;
      if (came_out(*comparison, unequal, at_, dominators_))
        differences = differences.difference(ConstantRange(behind - before));
    }
    return differences;
  }

  const llvm::Instruction& at_;
  const llvm::DominatorTree& dominators_;
};

}  // namespace

std::optional<ConstantRange> pointer_difference(const llvm::BinaryOperator& operation, const llvm::Instruction& at,
                                                const llvm::DominatorTree& dominators) {
  const llvm::Value *pointer = nullptr, *base = nullptr;
  if (!match(&operation, m_Sub(m_PtrToInt(m_Value(pointer)), m_PtrToInt(m_Value(base))))) return std::nullopt;
  return Differences(at, dominators).of(*pointer, *base);
}

}  // namespace ebpfxx::cc
