#include "lower/atomics.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {
namespace {

template <class Access>
void make_volatile(Access& access) {
  if (!access.isAtomic()) return;
  access.setAtomic(llvm::AtomicOrdering::NotAtomic);
  access.setVolatile(true);
}

void keep_result(llvm::AtomicRMWInst& change) {
  if (!change.use_empty() || !llvm::isStrongerThanMonotonic(change.getOrdering())) return;
  llvm::IRBuilder<> builder(change.getNextNode());
  llvm::Type* type = llvm::FunctionType::get(builder.getVoidTy(), {change.getType()}, /*isVarArg=*/false);
  builder.CreateCall(llvm::InlineAsm::get(llvm::cast<llvm::FunctionType>(type), "", "r", /*hasSideEffects=*/true),
                     {&change});
}

}  // namespace

void lower_atomics(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) make_volatile(*load);
      if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) make_volatile(*store);
      if (auto* change = llvm::dyn_cast<llvm::AtomicRMWInst>(&instruction)) keep_result(*change);
      if (llvm::isa<llvm::FenceInst>(instruction)) instruction.eraseFromParent();  // was for the compiler only
    }
}

}  // namespace ebpfxx::cc
