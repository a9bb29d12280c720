#include "lower/whole_objects.hpp"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/Cloning.h>

namespace ebpfxx::cc {
namespace {

constexpr llvm::StringLiteral padded_name = "ebpfxx.padded";
constexpr uint64_t padding_words = 64;  ///< in front of a constant, and behind it

/// Whether it is what clang has at the end of a type to fill up its size.
bool is_padding(const llvm::Type& part, const llvm::Type& whole) {
  return whole.isStructTy() && whole.getNumContainedTypes() > 1 && whole.subtypes().back() == &part &&
         part.isArrayTy() && part.getArrayElementType()->isIntegerTy(8) && part.getArrayNumElements() < 8;
}

bool has_array(const llvm::Type& type) {
  return type.isArrayTy() || llvm::any_of(type.subtypes(), [&](const llvm::Type* part) {
           return !is_padding(*part, type) && has_array(*part);
         });
}

/// A function of which LLVM knows nothing, but that it reads and writes the object it is given.
llvm::FunctionCallee unknown_use(llvm::Module& module) {
  llvm::LLVMContext& context = module.getContext();
  llvm::FunctionCallee use = module.getOrInsertFunction("ebpfxx.object", llvm::Type::getVoidTy(context),
                                                        llvm::PointerType::getUnqual(context));
  auto& function = *llvm::cast<llvm::Function>(use.getCallee());
  function.setMemoryEffects(llvm::MemoryEffects::inaccessibleOrArgMemOnly());
  function.setDoesNotThrow();
  function.setWillReturn();
  function.addParamAttr(0, llvm::Attribute::NoCapture);
  return use;
}

/// An object that is written before it is used and read at the end stays in memory.
void keep_object(llvm::AllocaInst& object, llvm::FunctionCallee use) {
  for (llvm::User* user : llvm::make_early_inc_range(object.users()))
    if (auto* call = llvm::dyn_cast<llvm::Instruction>(user); call && call->isLifetimeStartOrEnd())
      call->eraseFromParent();
  llvm::IRBuilder<>(object.getNextNode()).CreateCall(use, {&object});
  for (llvm::BasicBlock& block : *object.getFunction())
    if (auto* end = llvm::dyn_cast<llvm::ReturnInst>(block.getTerminator()))
      llvm::IRBuilder<>(end).CreateCall(use, {&object});
}

/// Addresses in front of the constant and behind it: no load of some of their bytes is folded.
void pad(llvm::GlobalVariable& constant) {
  llvm::Module& module = *constant.getParent();
  llvm::Type* word = llvm::PointerType::getUnqual(module.getContext());
  llvm::ArrayType* words = llvm::ArrayType::get(word, padding_words);
  llvm::Constant* outside = module.getOrInsertGlobal("ebpfxx.outside", llvm::Type::getInt8Ty(module.getContext()));
  llvm::Constant* padding = llvm::ConstantArray::get(words, llvm::SmallVector<llvm::Constant*>(padding_words, outside));
  llvm::StructType* type =
      llvm::StructType::create({words, constant.getValueType(), words}, padded_name, /*isPacked=*/true);
  auto* padded = new llvm::GlobalVariable(
      module, type, /*isConstant=*/true, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantStruct::get(type, {padding, constant.getInitializer(), padding}), constant.getName());
  padded->setAlignment(constant.getAlign());
  llvm::Constant* offset =
      llvm::ConstantInt::get(llvm::Type::getInt64Ty(module.getContext()), whole_object(*padded)->offset);
  constant.replaceAllUsesWith(
      llvm::ConstantExpr::getGetElementPtr(llvm::Type::getInt8Ty(module.getContext()), padded, offset));
}

/// Strings are left alone: LLVM folds what is calculated of them.
bool is_table(const llvm::GlobalVariable& variable) {
  if (!variable.isConstant() || !variable.hasLocalLinkage() || !variable.hasInitializer() || variable.hasSection())
    return false;
  const auto* data = llvm::dyn_cast<llvm::ConstantDataSequential>(variable.getInitializer());
  return !data || !data->isCString();
}

}  // namespace

std::unique_ptr<llvm::Module> with_whole_objects(const llvm::Module& module) {
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  const llvm::FunctionCallee use = unknown_use(*copy);
  for (llvm::Function& function : *copy)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* object = llvm::dyn_cast<llvm::AllocaInst>(&instruction); object && whole_object(*object))
        keep_object(*object, use);
  llvm::SmallVector<llvm::GlobalVariable*> tables;
  for (llvm::GlobalVariable& variable : copy->globals())
    if (is_table(variable)) tables.push_back(&variable);
  for (llvm::GlobalVariable* table : tables) pad(*table);
  return copy;
}

std::optional<WholeObject> whole_object(const llvm::Value& base) {
  if (const auto* object = llvm::dyn_cast<llvm::AllocaInst>(&base); object && has_array(*object->getAllocatedType()))
    return WholeObject{object->getAllocatedType(), 0};
  const auto* constant = llvm::dyn_cast<llvm::GlobalVariable>(&base);
  auto* type = constant ? llvm::dyn_cast<llvm::StructType>(constant->getValueType()) : nullptr;
  if (!type || !type->hasName() || !type->getName().starts_with(padded_name)) return std::nullopt;
  const llvm::StructLayout* layout = constant->getDataLayout().getStructLayout(type);
  return WholeObject{type->getElementType(1), layout->getElementOffset(1).getFixedValue()};
}

}  // namespace ebpfxx::cc
