#include "lower/extremes.hpp"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

namespace ebpfxx::cc {
namespace {

/// The comparison of a number with the one behind `limit`, true for `limit` and what is on the number's side of it;
/// null where there is no number behind it.
llvm::Value* compare_with_next(const llvm::MinMaxIntrinsic& extreme, const llvm::ConstantInt& limit,
                               llvm::IRBuilder<>& builder) {
  const llvm::CmpInst::Predicate predicate = extreme.getPredicate();
  const bool is_least = llvm::ICmpInst::isLT(predicate);
  const llvm::APInt& number = limit.getValue();
  const bool is_last = extreme.isSigned() ? (is_least ? number.isMaxSignedValue() : number.isMinSignedValue())
                                          : (is_least ? number.isMaxValue() : number.isMinValue());
  if (is_last) return nullptr;
  return builder.CreateICmp(predicate, extreme.getLHS(), builder.getInt(is_least ? number + 1 : number - 1));
}

/// Whether the number is an index, and nothing else.
bool is_index(const llvm::Value& number) {
  return llvm::all_of(number.users(), [](const llvm::User* user) {
    return llvm::isa<llvm::GetElementPtrInst>(user) || (llvm::isa<llvm::CastInst>(user) && is_index(*user));
  });
}

}  // namespace

void choose_extremes(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      auto* extreme = llvm::dyn_cast<llvm::MinMaxIntrinsic>(&instruction);
      const auto* limit = extreme ? llvm::dyn_cast<llvm::ConstantInt>(extreme->getRHS()) : nullptr;
      if (!limit || !is_index(*extreme)) continue;
      llvm::IRBuilder<> builder(extreme);
      llvm::Value* comparison = compare_with_next(*extreme, *limit, builder);
      if (!comparison) continue;
      extreme->replaceAllUsesWith(builder.CreateSelect(comparison, extreme->getLHS(), extreme->getRHS()));
      extreme->eraseFromParent();
    }
}

}  // namespace ebpfxx::cc
