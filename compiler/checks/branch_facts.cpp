#include "checks/branch_facts.hpp"

#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

namespace ebpfxx::cc {
namespace {

using llvm::PatternMatch::m_LogicalAnd;
using llvm::PatternMatch::m_LogicalOr;
using llvm::PatternMatch::m_Not;
using llvm::PatternMatch::m_Value;
using llvm::PatternMatch::match;

/// Calls `visit` with each condition that `condition` is made of.
template <class Visit>
void for_each_part(const llvm::Value* condition, const Visit& visit) {
  const llvm::Value* left = nullptr;
  const llvm::Value* right = nullptr;
  if (match(condition, m_Not(m_Value(left)))) {
    for_each_part(left, visit);
  } else if (match(condition, m_LogicalAnd(m_Value(left), m_Value(right))) ||
             match(condition, m_LogicalOr(m_Value(left), m_Value(right)))) {
    for_each_part(left, visit);
    for_each_part(right, visit);
  } else {
    visit(condition);
  }
}

bool is_flag(const llvm::Value* condition) {
  const auto* phi = llvm::dyn_cast<llvm::PHINode>(condition);
  return phi && llvm::any_of(phi->incoming_values(),
                             [](const llvm::Use& value) { return llvm::isa<llvm::ConstantInt>(value.get()); });
}

}  // namespace

Conditions::Conditions(const llvm::Function& function) {
  llvm::DenseMap<const llvm::Value*, unsigned> branches;
  for (const llvm::BasicBlock& block : function)
    if (const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block.getTerminator()); branch && branch->isConditional())
      for_each_part(branch->getCondition(), [&](const llvm::Value* part) {
        if (!llvm::isa<llvm::Constant>(part) && (++branches[part] == 2 || is_flag(part)))
          numbers_.try_emplace(part, numbers_.size());
      });
}

std::optional<unsigned> Conditions::number_of(const llvm::Value* condition) const {
  const auto found = numbers_.find(condition);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::optional<bool> BranchFacts::truth(const llvm::Value* condition, const Conditions& conditions) const {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(condition)) return constant->isOne();
  const llvm::Value* left = nullptr;
  const llvm::Value* right = nullptr;
  if (match(condition, m_Not(m_Value(left)))) {
    const std::optional<bool> inner = truth(left, conditions);
    return inner ? std::optional<bool>(!*inner) : std::nullopt;
  }
  const bool is_and = match(condition, m_LogicalAnd(m_Value(left), m_Value(right)));
  if (is_and || match(condition, m_LogicalOr(m_Value(left), m_Value(right)))) {
    const bool decides = !is_and;
    const std::optional<bool> one = truth(left, conditions), other = truth(right, conditions);
    if (one == decides || other == decides) return decides;
    return one && other ? std::optional<bool>(!decides) : std::nullopt;
  }
  const std::optional<unsigned> number = conditions.number_of(condition);
  const auto found = number ? known_.find(*number) : known_.end();
  return found == known_.end() ? std::nullopt : std::optional<bool>(found->second);
}

void BranchFacts::assume(const llvm::Value* condition, bool truth, const Conditions& conditions) {
  const llvm::Value* left = nullptr;
  const llvm::Value* right = nullptr;
  if (match(condition, m_Not(m_Value(left)))) {
    assume(left, !truth, conditions);
  } else if (truth ? match(condition, m_LogicalAnd(m_Value(left), m_Value(right)))
                   : match(condition, m_LogicalOr(m_Value(left), m_Value(right)))) {
    assume(left, truth, conditions);
    assume(right, truth, conditions);
  } else if (const std::optional<unsigned> number = conditions.number_of(condition)) {
    known_[*number] = truth;
  }
}

void BranchFacts::forget(const llvm::Value* condition, const Conditions& conditions) {
  if (const std::optional<unsigned> number = conditions.number_of(condition)) known_.erase(*number);
}

}  // namespace ebpfxx::cc
