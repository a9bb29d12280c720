#include "lower/shared_conditions.hpp"

#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Scalar/JumpThreading.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <utility>

#include "base/function_analyses.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using Choices = llvm::SmallVector<llvm::SelectInst*, 4>;

/// Moves what computes `value` in the block of `before` there, if it can.
bool move_up(llvm::Value& value, llvm::Instruction& before) {
  auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
  if (!instruction || instruction->getParent() != before.getParent() || instruction->comesBefore(&before)) return true;
  if (instruction == &before || llvm::isa<llvm::PHINode>(instruction) || instruction->mayReadOrWriteMemory() ||
      !llvm::isSafeToSpeculativelyExecute(instruction))
    return false;
  for (llvm::Value* operand : instruction->operand_values())
    if (!move_up(*operand, before)) return false;
  instruction->moveBefore(&before);
  return true;
}

/// The comparison of the same two numbers on which a choice of the block depends, of a number that the loop carries.
llvm::ICmpInst* comparison_beside(const llvm::MinMaxIntrinsic& extreme) {
  if (llvm::none_of(extreme.args(), [](const llvm::Value* number) { return llvm::isa<llvm::PHINode>(number); }))
    return nullptr;
  for (llvm::User* user : extreme.getLHS()->users()) {
    auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(user);
    if (!comparison || comparison->isEquality() || comparison->isSigned() != extreme.isSigned() ||
        comparison->getParent() != extreme.getParent() || !comparison->comesBefore(&extreme) ||
        !llvm::is_contained(comparison->operands(), extreme.getRHS()))
      continue;
    if (llvm::any_of(comparison->users(), [&](const llvm::User* other) { return llvm::isa<llvm::SelectInst>(other); }))
      return comparison;
  }
  return nullptr;
}

/// LLVM makes the greatest number of a choice, of which the comparison decides another: where it is, for example.
void choose_extremes(llvm::BasicBlock& block) {
  for (llvm::Instruction& instruction : llvm::make_early_inc_range(block)) {
    auto* extreme = llvm::dyn_cast<llvm::MinMaxIntrinsic>(&instruction);
    llvm::ICmpInst* comparison = extreme ? comparison_beside(*extreme) : nullptr;
    if (!comparison) continue;
    const auto predicate = comparison->getPredicate();
    const bool is_greater = llvm::ICmpInst::isGT(predicate) || llvm::ICmpInst::isGE(predicate);
    const bool is_maximum = llvm::ICmpInst::isGT(extreme->getPredicate());
    llvm::Value *left = comparison->getOperand(0), *right = comparison->getOperand(1);
    if (is_greater != is_maximum) std::swap(left, right);
    auto* choice = llvm::SelectInst::Create(comparison, left, right, "", extreme->getIterator());
    choice->setDebugLoc(extreme->getDebugLoc());
    extreme->replaceAllUsesWith(choice);
    extreme->eraseFromParent();
  }
}

/// The choices of a block by their condition, but for conditions that only hide what is known.
llvm::MapVector<llvm::Value*, Choices> choices_of(llvm::BasicBlock& block) {
  llvm::MapVector<llvm::Value*, Choices> choices;
  for (llvm::Instruction& instruction : block)
    if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(&instruction);
        choice && choice->getCondition()->getType()->isIntegerTy(1) &&
        !llvm::isa<llvm::Constant>(choice->getCondition()) && !behind_opaque(*choice->getCondition()))
      choices[choice->getCondition()].push_back(choice);
  return choices;
}

bool ends_with(const llvm::BasicBlock& block, const llvm::Value& condition) {
  const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block.getTerminator());
  return branch && branch->isConditional() && branch->getCondition() == &condition;
}

/// Those that can be made where the first is.
Choices together(const Choices& choices) {
  Choices all = {choices.front()};
  for (llvm::SelectInst* choice : llvm::drop_begin(choices))
    if (move_up(*choice->getTrueValue(), *choices.front()) && move_up(*choice->getFalseValue(), *choices.front()))
      all.push_back(choice);
  return all;
}

void branch(llvm::Value& condition, const Choices& choices) {
  llvm::Instruction* when_true = nullptr;
  llvm::Instruction* when_false = nullptr;
  llvm::BasicBlock& block = *choices.front()->getParent();
  const bool is_end = ends_with(block, condition);
  llvm::SplitBlockAndInsertIfThenElse(&condition, choices.front(), &when_true, &when_false);
  llvm::BasicBlock& behind = *choices.front()->getParent();
  const auto met = [&](llvm::Type* type, llvm::Value& one, llvm::Value& other) {
    llvm::PHINode* value = llvm::PHINode::Create(type, 2, "", behind.begin());
    value->addIncoming(&one, when_true->getParent());
    value->addIncoming(&other, when_false->getParent());
    return value;
  };
  llvm::LLVMContext& context = behind.getContext();
  if (is_end)
    llvm::cast<llvm::BranchInst>(behind.getTerminator())
        ->setCondition(
            met(condition.getType(), *llvm::ConstantInt::getTrue(context), *llvm::ConstantInt::getFalse(context)));
  for (llvm::SelectInst* choice : choices) {
    llvm::PHINode* value = met(choice->getType(), *choice->getTrueValue(), *choice->getFalseValue());
    value->setDebugLoc(choice->getDebugLoc());
    choice->replaceAllUsesWith(value);
    choice->eraseFromParent();
  }
}

bool share_conditions(llvm::Function& function) {
  const llvm::DominatorTree dominators(function);
  const llvm::LoopInfo loops(dominators);
  llvm::SmallVector<llvm::BasicBlock*> blocks;
  for (llvm::BasicBlock& block : function)
    if (loops.getLoopFor(&block)) blocks.push_back(&block);
  bool changed = false;
  for (llvm::BasicBlock* block : blocks) choose_extremes(*block);
  for (llvm::BasicBlock* block : blocks)
    for (auto& [condition, choices] : choices_of(*block)) {
      // The block is another behind a branch.
      const bool is_end = ends_with(*choices.front()->getParent(), *condition);
      if (choices.size() < 2 && !is_end) continue;
      const Choices all = together(choices);
      if (all.size() < 2 && !is_end) continue;
      branch(*condition, all);
      changed = true;
    }
  return changed;
}

}  // namespace

void share_conditions(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || !share_conditions(function)) continue;
    FunctionAnalyses analyses;
    llvm::JumpThreadingPass().run(function, analyses.manager());
  }
}

}  // namespace ebpfxx::cc
