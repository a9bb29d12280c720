#include "lower/forgotten.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/Instructions.h>

#include "base/congruence.hpp"

namespace ebpfxx::cc {
namespace {

constexpr llvm::StringLiteral mark = "ebpfxx.forgotten.";

/// The verifier keeps numbers that are stored at the start of a stack slot only (check_stack_write_fixed_off in
/// kernel/bpf/verifier.c).
constexpr unsigned slot_size = 8, within_slot = 4;

void spill(llvm::CallInst& call, llvm::Value*& slot) {
  llvm::Function& function = *call.getFunction();
  llvm::IRBuilder<> builder(&function.getEntryBlock(), function.getEntryBlock().getFirstInsertionPt());
  if (!slot) {
    auto* variable = builder.CreateAlloca(builder.getInt64Ty());
    variable->setAlignment(llvm::Align(slot_size));
    slot = variable;
  }
  builder.SetInsertPoint(&call);
  llvm::Value* part = builder.CreatePtrAdd(slot, builder.getInt64(within_slot));
  const llvm::Align alignment(within_slot);
  builder.CreateAlignedStore(call.getArgOperand(0), part, alignment, /*isVolatile=*/true);
  call.replaceAllUsesWith(builder.CreateAlignedLoad(call.getType(), part, alignment, /*isVolatile=*/true));
  call.eraseFromParent();
}

}  // namespace

llvm::Value* make_forgotten(llvm::IRBuilder<>& builder, llvm::Value& number) {
  llvm::Module& module = *builder.GetInsertBlock()->getModule();
  auto* type = llvm::FunctionType::get(number.getType(), {number.getType()}, /*isVarArg=*/false);
  const std::string name = (mark + llvm::Twine(number.getType()->getIntegerBitWidth())).str();
  auto* function = llvm::cast<llvm::Function>(module.getOrInsertFunction(name, type).getCallee());
  function->setDoesNotAccessMemory();
  function->setDoesNotThrow();
  function->setWillReturn();
  return builder.CreateCall(function, {&number});
}

llvm::Value& make_hidden(llvm::IRBuilder<>& builder, llvm::Value& number, const llvm::ConstantRange* bound,
                         bool is_aligned) {
  const bool is_wide = number.getType()->getIntegerBitWidth() > most_forgotten_bits;
  llvm::Value* part = is_wide ? builder.CreateTrunc(&number, builder.getIntNTy(most_forgotten_bits)) : &number;
  llvm::Value* forgotten = builder.CreateZExt(make_forgotten(builder, *part), number.getType());
  if (!bound || bound->isFullSet()) return *forgotten;
  llvm::Value* shown =
      builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, forgotten, builder.getInt(bound->getUnsignedMax()));
  const unsigned zeros = is_aligned ? congruence_of(number).zeros_below() : 0;
  if (zeros == 0) return *shown;
  const unsigned bits = number.getType()->getIntegerBitWidth();
  return *builder.CreateAnd(shown, builder.getInt(llvm::APInt::getHighBitsSet(bits, bits - std::min(zeros, bits))));
}

llvm::Value* behind_forgotten(const llvm::Value& value) {
  const auto* call = llvm::dyn_cast<llvm::CallInst>(&value);
  const llvm::Function* called = call ? call->getCalledFunction() : nullptr;
  return called && called->getName().starts_with(mark) ? call->getArgOperand(0) : nullptr;
}

void spill_forgotten(llvm::Module& module) {
  llvm::DenseMap<llvm::Function*, llvm::Value*> slots;
  for (llvm::Function& function : llvm::make_early_inc_range(module)) {
    if (!function.getName().starts_with(mark)) continue;
    for (llvm::User* user : llvm::make_early_inc_range(function.users())) {
      auto& call = *llvm::cast<llvm::CallInst>(user);
      spill(call, slots[call.getFunction()]);
    }
    function.eraseFromParent();
  }
}

}  // namespace ebpfxx::cc
