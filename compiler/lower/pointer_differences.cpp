#include "lower/pointer_differences.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Operator.h>

namespace ebpfxx::cc {
namespace {

bool is_sum(const llvm::Value& value) {
  const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(&value);
  return operation &&
         (operation->getOpcode() == llvm::Instruction::Add || operation->getOpcode() == llvm::Instruction::Sub);
}

/// What a number is the sum of.
struct Sum {
  llvm::SmallVector<llvm::Value*> pointers, lost_pointers, numbers, lost_numbers;

  void add(llvm::Value& value, bool is_lost = false) {
    if (is_sum(value)) {
      auto& sum = llvm::cast<llvm::BinaryOperator>(value);
      add(*sum.getOperand(0), is_lost);
      add(*sum.getOperand(1), is_lost != (sum.getOpcode() == llvm::Instruction::Sub));
    } else if (is_pointer_number(value)) {
      (is_lost ? lost_pointers : pointers).push_back(&value);
    } else {
      (is_lost ? lost_numbers : numbers).push_back(&value);
    }
  }

  llvm::Value* grouped(llvm::IRBuilder<>& builder) const {
    llvm::Value* sum = nullptr;
    const auto with = [&](llvm::Value* value) { sum = sum ? builder.CreateAdd(sum, value) : value; };
    for (const auto [pointer, lost] : llvm::zip_equal(pointers, lost_pointers)) with(builder.CreateSub(pointer, lost));
    for (llvm::Value* number : numbers) with(number);
    for (llvm::Value* number : lost_numbers) sum = builder.CreateSub(sum, number);
    return sum;
  }
};

bool is_added_further(const llvm::Instruction& sum) {
  return llvm::any_of(sum.users(), [](const llvm::User* user) { return is_sum(*user); });
}

}  // namespace

bool is_pointer_number(const llvm::Value& value) {
  if (const auto* half = llvm::dyn_cast<llvm::TruncInst>(&value)) return is_pointer_number(*half->getOperand(0));
  return llvm::isa<llvm::PtrToIntOperator>(value);
}

void group_pointer_differences(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      if (!is_sum(instruction) || (is_added_further(instruction) && instruction.hasOneUse())) continue;
      Sum sum;
      sum.add(instruction);
      const bool is_grouped = sum.numbers.empty() && sum.lost_numbers.empty();
      if (sum.pointers.empty() || sum.pointers.size() != sum.lost_pointers.size() || is_grouped) continue;
      llvm::IRBuilder<> builder(&instruction);
      instruction.replaceAllUsesWith(sum.grouped(builder));
    }
}

}  // namespace ebpfxx::cc
