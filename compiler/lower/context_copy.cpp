#include "lower/context_copy.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/RecordLayout.h>
#include <llvm/Analysis/Utils/Local.h>

#include "base/context_address.hpp"
#include "base/relocated_array.hpp"

namespace ebpfxx::cc {

std::vector<ContextArray> declared_arrays(const llvm::Function& function, const TranslationUnit& unit) {
  std::vector<ContextArray> arrays;
  for (const Program& program : unit.programs) {
    if (program.symbol != function.getName()) continue;
    const clang::RecordDecl* record = program.entry->getParamDecl(0)->getType()->getPointeeType()->getAsRecordDecl();
    if (!record) return arrays;
    clang::ASTContext& context = unit.context();
    const clang::ASTRecordLayout& layout = context.getASTRecordLayout(record);
    for (const clang::FieldDecl* field : record->fields()) {
      const auto* type = context.getAsConstantArrayType(field->getType());
      const clang::QualType element = type ? context.getBaseElementType(type) : clang::QualType();
      if (!type || !element->isIntegralOrEnumerationType()) continue;
      const auto size = static_cast<uint64_t>(context.getTypeSizeInChars(element).getQuantity());
      arrays.push_back({nullptr, static_cast<int64_t>(layout.getFieldOffset(field->getFieldIndex()) / 8), size,
                        static_cast<uint64_t>(context.getTypeSizeInChars(field->getType()).getQuantity()) / size});
    }
  }
  return arrays;
}

llvm::Value* ContextOffsets::of(llvm::Value& address) {
  llvm::Type* number = llvm::Type::getInt64Ty(context_.getContext());
  if (&address == &context_ || relocated_field(address)) return llvm::ConstantInt::get(number, 0);
  if (const auto found = offsets_.find(&address); found != offsets_.end()) return found->second;
  auto* instruction = llvm::cast<llvm::Instruction>(&address);
  llvm::IRBuilder<> builder(instruction);
  if (auto* phi = llvm::dyn_cast<llvm::PHINode>(instruction)) {
    llvm::PHINode* offset = builder.CreatePHI(number, phi->getNumIncomingValues());
    offsets_[&address] = offset;
    for (unsigned i = 0; i != phi->getNumIncomingValues(); ++i)
      offset->addIncoming(of(*phi->getIncomingValue(i)), phi->getIncomingBlock(i));
    return offset;
  }
  llvm::Value* offset = nullptr;
  if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(instruction)) {
    llvm::Value* one = of(*choice->getTrueValue());
    llvm::Value* other = of(*choice->getFalseValue());
    offset = builder.CreateSelect(choice->getCondition(), one, other);
  } else {
    auto* step = llvm::cast<llvm::GetElementPtrInst>(instruction);
    llvm::Value* before = of(*step->getPointerOperand());
    offset = builder.CreateAdd(before, llvm::emitGEPOffset(&builder, step->getDataLayout(), step));
  }
  offsets_[&address] = offset;
  return offset;
}

ContextCopy::ContextCopy(llvm::Argument& context, const ContextArray& array) : context_(context), array_(array) {
  llvm::IRBuilder<> builder(&*context.getParent()->getEntryBlock().getFirstInsertionPt());
  element_ = builder.getIntNTy(static_cast<unsigned>(array.element_size * 8));
  type_ = llvm::ArrayType::get(element_, array.elements);
  memory_ = builder.CreateAlloca(type_);
  memory_->setAlignment(llvm::Align(8));
}

void ContextCopy::fill(llvm::Instruction& before, const llvm::DebugLoc& location) const {
  llvm::IRBuilder<> builder(&before);
  builder.SetCurrentDebugLocation(location);
  for (uint64_t i = 0; i != array_.elements; ++i)
    builder.CreateStore(builder.CreateAlignedLoad(element_, in_context(builder, i), llvm::Align(array_.element_size),
                                                  /*isVolatile=*/true),
                        in_copy(builder, i));
}

void ContextCopy::write_back(llvm::Instruction& behind) const {
  llvm::IRBuilder<> builder(behind.getNextNode());
  builder.SetCurrentDebugLocation(behind.getDebugLoc());
  for (uint64_t i = 0; i != array_.elements; ++i)
    builder.CreateAlignedStore(builder.CreateLoad(element_, in_copy(builder, i)), in_context(builder, i),
                               llvm::Align(array_.element_size), /*isVolatile=*/true);
}

llvm::Value* ContextCopy::address(llvm::IRBuilder<>& builder, llvm::Value& address, ContextOffsets& offsets) const {
  if (&address == &context_ || relocated_field(address)) return start(builder);
  auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(&address);
  if (!step) return builder.CreatePtrAdd(start(builder), offsets.of(address));
  llvm::Value* base = this->address(builder, *step->getPointerOperand(), offsets);
  llvm::SmallVector<llvm::Value*> indexes(step->indices());
  return builder.CreateGEP(step->getSourceElementType(), base, indexes);
}

llvm::Value* ContextCopy::start(llvm::IRBuilder<>& builder) const {
  return array_.offset == 0 ? memory_ : builder.CreatePtrAdd(memory_, builder.getInt64(-array_.offset));
}

llvm::Value* ContextCopy::in_copy(llvm::IRBuilder<>& builder, uint64_t index) const {
  return builder.CreateConstInBoundsGEP2_64(type_, memory_, 0, index);
}

llvm::Value* ContextCopy::in_context(llvm::IRBuilder<>& builder, uint64_t index) const {
  if (array_.field) return relocated_element(builder, context_, *array_.field, index);
  return builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), &context_,
                                            array_.offset + index * array_.element_size);
}

}  // namespace ebpfxx::cc
