#include "base/opaque.hpp"

#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/IntrinsicsBPF.h>

namespace ebpfxx::cc {

llvm::Value* make_opaque(llvm::IRBuilder<>& builder, llvm::Value& value, bool stays) {
  auto* type = llvm::FunctionType::get(value.getType(), {value.getType()}, /*isVarArg=*/false);
  return builder.CreateCall(llvm::InlineAsm::get(type, "", "=r,0", /*hasSideEffects=*/stays), {&value});
}

llvm::Value* behind_opaque(const llvm::Value& value) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&value);
  if (call && call->getIntrinsicID() == llvm::Intrinsic::bpf_passthrough) return call->getArgOperand(1);
  const auto* assembly = call ? llvm::dyn_cast<llvm::InlineAsm>(call->getCalledOperand()) : nullptr;
  if (!assembly || !assembly->getAsmString().empty() || call->arg_size() != 1) return nullptr;
  llvm::Value* operand = call->getArgOperand(0);
  return operand->getType() == value.getType() ? operand : nullptr;
}

}  // namespace ebpfxx::cc
