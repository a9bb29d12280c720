#include "base/conditions.hpp"

#include <llvm/IR/PatternMatch.h>

#include "base/opaque.hpp"

namespace ebpfxx::cc {

using namespace llvm::PatternMatch;

namespace {

/// Those that follow from how the condition came out.
void see_comparisons(llvm::Value& condition, bool truth,
                     llvm::function_ref<void(const llvm::ICmpInst&, bool truth)> see) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (llvm::Value* shown = behind_opaque(condition)) return see_comparisons(*shown, truth, see);
  if (match(&condition, m_Not(m_Value(one)))) return see_comparisons(*one, !truth, see);
  if (truth ? match(&condition, m_LogicalAnd(m_Value(one), m_Value(other)))
            : match(&condition, m_LogicalOr(m_Value(one), m_Value(other)))) {
    see_comparisons(*one, truth, see);
    see_comparisons(*other, truth, see);
  } else if (const auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition)) {
    see(*comparison, truth);
  }
}

}  // namespace

bool came_out(const llvm::Value& condition, bool truth, const llvm::Instruction& at,
              const llvm::DominatorTree& dominators) {
  return llvm::any_of(condition.users(), [&](const llvm::User* user) {
    if (const auto* branch = llvm::dyn_cast<llvm::BranchInst>(user))
      return dominators.dominates(llvm::BasicBlockEdge(branch->getParent(), branch->getSuccessor(truth ? 0 : 1)),
                                  at.getParent());
    if (behind_opaque(*user)) return came_out(*user, truth, at, dominators);
    if (match(user, m_Not(m_Specific(&condition)))) return came_out(*user, !truth, at, dominators);
    const bool implies = truth ? match(user, m_LogicalAnd()) : match(user, m_LogicalOr());
    return implies && came_out(*user, truth, at, dominators);
  });
}

bool is_excluded(const llvm::PHINode& phi, unsigned incoming, const llvm::Instruction& at,
                 const llvm::DominatorTree& dominators) {
  const llvm::BasicBlock* from = phi.getIncomingBlock(incoming);
  return llvm::any_of(phi.getParent()->phis(), [&](const llvm::PHINode& decided) {
    if (!decided.getType()->isIntegerTy(1)) return false;
    const auto* truth = llvm::dyn_cast<llvm::ConstantInt>(decided.getIncomingValueForBlock(from));
    return truth && came_out(decided, !truth->isOne(), at, dominators);
  });
}

void for_each_known_comparison(const llvm::Instruction& at, const llvm::DominatorTree& dominators,
                               llvm::function_ref<void(const llvm::ICmpInst&, bool truth)> see) {
  const llvm::DomTreeNode* node = dominators.getNode(at.getParent());
  for (node = node ? node->getIDom() : nullptr; node; node = node->getIDom()) {
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(node->getBlock()->getTerminator());
    if (!branch || !branch->isConditional()) continue;
    for (const bool truth : {true, false})
      if (dominators.dominates(llvm::BasicBlockEdge(branch->getParent(), branch->getSuccessor(truth ? 0 : 1)),
                               at.getParent()))
        see_comparisons(*branch->getCondition(), truth, see);
  }
}

llvm::SmallVector<llvm::ICmpInst*> comparisons_in(llvm::Value& condition) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (llvm::Value* shown = behind_opaque(condition)) return comparisons_in(*shown);
  if (match(&condition, m_Not(m_Value(one)))) return comparisons_in(*one);
  if (match(&condition, m_LogicalAnd(m_Value(one), m_Value(other))) ||
      match(&condition, m_LogicalOr(m_Value(one), m_Value(other)))) {
    llvm::SmallVector<llvm::ICmpInst*> all = comparisons_in(*one);
    all.append(comparisons_in(*other));
    return all;
  }
  auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition);
  return comparison ? llvm::SmallVector<llvm::ICmpInst*>{comparison} : llvm::SmallVector<llvm::ICmpInst*>{};
}

}  // namespace ebpfxx::cc
