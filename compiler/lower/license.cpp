#include "lower/license.hpp"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DebugInfoMetadata.h>

namespace ebpfxx::cc {
namespace {

// libbpf's linker wants BTF for every variable of a section that has any.
void describe(llvm::GlobalVariable& variable, uint64_t size) {
  llvm::LLVMContext& context = variable.getContext();
  auto* character = llvm::DIBasicType::get(context, llvm::dwarf::DW_TAG_base_type, "char", 8, 0,
                                           llvm::dwarf::DW_ATE_signed_char, llvm::DINode::FlagZero);
  llvm::Metadata* count = llvm::DISubrange::get(context, static_cast<int64_t>(size));
  auto* array =
      llvm::DICompositeType::get(context, llvm::dwarf::DW_TAG_array_type, "", nullptr, 0, nullptr, character, size * 8,
                                 0, 0, llvm::DINode::FlagZero, llvm::MDTuple::get(context, {count}), 0, nullptr);
  auto* description =
      llvm::DIGlobalVariable::getDistinct(context, nullptr, variable.getName(), variable.getName(), nullptr, 0, array,
                                          /*IsLocalToUnit=*/false, /*IsDefinition=*/true, nullptr, nullptr, 0, nullptr);
  variable.addDebugInfo(
      llvm::DIGlobalVariableExpression::get(context, description, llvm::DIExpression::get(context, {})));
}

}  // namespace

void add_license(llvm::Module& module, llvm::StringRef license) {
  llvm::Constant* text = llvm::ConstantDataArray::getString(module.getContext(), license);
  auto* variable = new llvm::GlobalVariable(module, text->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::WeakAnyLinkage, text, "_license");
  variable->setSection("license");
  describe(*variable, license.size() + 1);
}

}  // namespace ebpfxx::cc
