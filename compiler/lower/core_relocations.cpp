#include "lower/core_relocations.hpp"

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Utils/Cloning.h>

namespace ebpfxx::cc {
namespace {

std::vector<llvm::CallBase*> calls_of(llvm::Module& module, llvm::Intrinsic::ID intrinsic) {
  std::vector<llvm::CallBase*> calls;
  for (llvm::Function& function : module)
    if (function.getIntrinsicID() == intrinsic)
      for (llvm::User* user : function.users())
        if (auto* call = llvm::dyn_cast<llvm::CallBase>(user)) calls.push_back(call);
  return calls;
}

llvm::CallBase* call_to_inline(llvm::Function& function) {
  for (llvm::Instruction& instruction : llvm::instructions(function))
    if (auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction))
      if (const llvm::Function* callee = call->getCalledFunction(); callee && !callee->isDeclaration()) return call;
  return nullptr;
}

/// Inlines the function that names the field into the one that tests for it, and moves pointers from stack slots into
/// registers.
void gather(llvm::Function& function) {
  while (llvm::CallBase* call = call_to_inline(function)) {
    llvm::InlineFunctionInfo information;
    if (!llvm::InlineFunction(*call, information).isSuccess()) return;
  }
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager call_graph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(call_graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, call_graph, modules);
  llvm::SROAPass(llvm::SROAOptions::PreserveCFG).run(function, functions);
}

bool is_access(const llvm::Value* value) {
  const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(value);
  if (!call) return false;
  switch (call->getIntrinsicID()) {
    case llvm::Intrinsic::preserve_struct_access_index:
    case llvm::Intrinsic::preserve_union_access_index:
    case llvm::Intrinsic::preserve_array_access_index:
      return true;
    default:
      return false;
  }
}

/// What BPFPreserveDIType in LLVM reads: "name:value" as an operand, the enumeration as metadata.
void name_enumerator(llvm::CallBase& call, unsigned number) {
  const llvm::DISubprogram& function = *call.getFunction()->getSubprogram();
  const auto* argument = llvm::cast<llvm::DITemplateValueParameter>(function.getTemplateParams()[0]);
  auto* type = argument->getType();
  while (auto* derived = llvm::dyn_cast<llvm::DIDerivedType>(type)) type = derived->getBaseType();
  const llvm::APInt wanted = llvm::mdconst::extract<llvm::ConstantInt>(argument->getValue())->getValue();
  for (const llvm::DINode* node : llvm::cast<llvm::DICompositeType>(type)->getElements()) {
    const auto* enumerator = llvm::dyn_cast<llvm::DIEnumerator>(node);
    if (!enumerator || enumerator->getValue().sextOrTrunc(64) != wanted.sextOrTrunc(64)) continue;
    const std::string text = enumerator->getName().str() + ":" + std::to_string(wanted.getSExtValue());
    llvm::IRBuilder<> builder(&call);
    call.setArgOperand(0, builder.getInt32(number));
    call.setArgOperand(1, builder.CreateGlobalString(text));
    call.setMetadata(llvm::LLVMContext::MD_preserve_access_index, type);
    return;
  }
}

}  // namespace

void lower_core_relocations(llvm::Module& module) {
  for (llvm::CallBase* call : calls_of(module, llvm::Intrinsic::bpf_preserve_field_info)) {
    gather(*call->getFunction());
    if (is_access(call->getArgOperand(0))) continue;
    // An unchecked source names no field, for which LLVM makes no relocation.
    call->replaceAllUsesWith(llvm::ConstantInt::get(call->getType(), 1));
    call->eraseFromParent();
  }
  unsigned number = 0;
  for (llvm::CallBase* call : calls_of(module, llvm::Intrinsic::bpf_preserve_enum_value))
    name_enumerator(*call, number++);
}

}  // namespace ebpfxx::cc
