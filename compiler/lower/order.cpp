#include "lower/order.hpp"

#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {
namespace {

bool is_computation(const llvm::Instruction& instruction) {
  return llvm::isa<llvm::BinaryOperator>(instruction) && instruction.getType()->isIntegerTy();
}

/// Whether the number is needed behind `last`, in its block or in another.
bool is_used_behind(const llvm::Value& number, const llvm::Instruction& last) {
  return llvm::any_of(number.users(), [&](const llvm::User* user) {
    const auto& other = *llvm::cast<llvm::Instruction>(user);
    return other.getParent() != last.getParent() || llvm::isa<llvm::PHINode>(other) || last.comesBefore(&other);
  });
}

/// The first use of the instruction in its block, or the end of the block.
llvm::Instruction& first_use(llvm::Instruction& instruction) {
  llvm::Instruction* first = instruction.getParent()->getTerminator();
  for (llvm::User* user : instruction.users())
    if (auto* other = llvm::cast<llvm::Instruction>(user);
        other->getParent() == instruction.getParent() && !llvm::isa<llvm::PHINode>(other) && other->comesBefore(first))
      first = other;
  return *first;
}

/// The numbers that the instruction computes with, but for constants.
llvm::SmallVector<llvm::Value*, 2> numbers_of(llvm::Instruction& instruction) {
  llvm::SmallVector<llvm::Value*, 2> numbers;
  for (llvm::Value* operand : instruction.operand_values())
    if (!llvm::isa<llvm::Constant>(operand) && !llvm::is_contained(numbers, operand)) numbers.push_back(operand);
  return numbers;
}

void move_down(llvm::Instruction& instruction) {
  for (const llvm::Value* number : numbers_of(instruction))
    if (!is_used_behind(*number, instruction)) return;
  instruction.moveBefore(&first_use(instruction));
}

/// What the number is a part of, or widened from, for this use only.
llvm::Value& source_of(llvm::Value& number) {
  auto* cast = llvm::dyn_cast<llvm::CastInst>(&number);
  return cast && cast->hasOneUse() && cast->isIntegerCast() ? *cast->getOperand(0) : number;
}

void move_up(llvm::Instruction& instruction) {
  const auto numbers = numbers_of(instruction);
  const auto is_kept = [&](const llvm::Value* number) { return is_used_behind(*number, instruction); };
  if (numbers.size() < 2 || llvm::all_of(numbers, is_kept)) return;
  llvm::Instruction* behind = nullptr;
  for (llvm::Value* number : numbers) {
    auto* computed = llvm::dyn_cast<llvm::Instruction>(&source_of(*number));
    if (!computed || computed->getParent() != instruction.getParent() || llvm::isa<llvm::PHINode>(computed)) continue;
    if (!behind || behind->comesBefore(computed)) behind = computed;
  }
  if (!behind) return;
  instruction.moveAfter(behind);
  for (llvm::Value* number : numbers)
    if (&source_of(*number) != number) llvm::cast<llvm::Instruction>(number)->moveBefore(&instruction);
}

}  // namespace

void order_computations(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::BasicBlock& block : function) {
      for (llvm::Instruction& instruction : llvm::make_early_inc_range(block))
        if (is_computation(instruction)) move_up(instruction);
      llvm::SmallVector<llvm::Instruction*> computations;
      for (llvm::Instruction& instruction : block)
        if (is_computation(instruction)) computations.push_back(&instruction);
      for (llvm::Instruction* instruction : llvm::reverse(computations)) move_down(*instruction);
    }
}

}  // namespace ebpfxx::cc
