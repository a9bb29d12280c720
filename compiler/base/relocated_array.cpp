#include "base/relocated_array.hpp"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/IR/Module.h>

namespace ebpfxx::cc {
namespace {

const llvm::DIType* without_names(const llvm::DIType* type) {
  while (const auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) {
    if (derived->getTag() == llvm::dwarf::DW_TAG_pointer_type) return derived;
    type = derived->getBaseType();
  }
  return type;
}

bool is_of_parts(const llvm::DIType& type) {
  const auto* composite = llvm::dyn_cast<llvm::DICompositeType>(&type);
  return composite && composite->getTag() != llvm::dwarf::DW_TAG_enumeration_type;
}

/// The name of a relocation (BPFAbstractMemberAccess.cpp in LLVM): "llvm.TYPE:KIND:OFFSET$0:1:2", the members and
/// elements that lead to the field from an object of the type.
struct Name {
  llvm::StringRef type_and_kind;
  uint64_t offset = 0;
  llvm::StringRef path;

  static std::optional<Name> of(const llvm::GlobalVariable& relocation) {
    Name name;
    const auto [front, path] = relocation.getName().split('$');
    const auto [type_and_kind, offset] = front.rsplit(':');
    name.type_and_kind = type_and_kind;
    name.path = path;
    return offset.getAsInteger(10, name.offset) ? std::nullopt : std::optional(name);
  }
};

const llvm::DICompositeType* array_of(const llvm::GlobalVariable& relocation) {
  const std::optional<Name> name = Name::of(relocation);
  const auto* type =
      llvm::dyn_cast_or_null<llvm::DIType>(relocation.getMetadata(llvm::LLVMContext::MD_preserve_access_index));
  if (!name || !type) return nullptr;
  llvm::SmallVector<llvm::StringRef> steps;
  name->path.split(steps, ':');
  for (const llvm::StringRef step : llvm::drop_begin(steps)) {
    const auto* record = llvm::dyn_cast_or_null<llvm::DICompositeType>(without_names(type));
    unsigned index = 0;
    // Elements of arrays among the steps are left out: such a field is in an array of structs.
    if (!record || record->getTag() == llvm::dwarf::DW_TAG_array_type || step.getAsInteger(10, index) ||
        index >= record->getElements().size())
      return nullptr;
    type = llvm::dyn_cast<llvm::DIType>(record->getElements()[index]);
  }
  const auto* array = llvm::dyn_cast_or_null<llvm::DICompositeType>(without_names(type));
  return array && array->getTag() == llvm::dwarf::DW_TAG_array_type ? array : nullptr;
}

/// How many elements each dimension has; empty when one has no number.
llvm::SmallVector<uint64_t> dimensions_of(const llvm::DICompositeType& array) {
  llvm::SmallVector<uint64_t> dimensions;
  for (const llvm::DINode* node : array.getElements()) {
    const auto* range = llvm::dyn_cast<llvm::DISubrange>(node);
    const auto* count = range ? llvm::dyn_cast_if_present<llvm::ConstantInt*>(range->getCount()) : nullptr;
    if (!count || count->getSExtValue() <= 0) return {};
    dimensions.push_back(count->getZExtValue());
  }
  return dimensions;
}

}  // namespace

std::optional<RelocatedArray> relocated_array(const llvm::GlobalVariable& field) {
  const llvm::DICompositeType* array = array_of(field);
  const auto* element = array ? llvm::dyn_cast_or_null<llvm::DIType>(without_names(array->getBaseType())) : nullptr;
  if (!element || is_of_parts(*element)) return std::nullopt;
  const uint64_t size = element->getSizeInBits() / 8;
  uint64_t elements = 1;
  const llvm::SmallVector<uint64_t> dimensions = dimensions_of(*array);
  for (const uint64_t dimension : dimensions) elements *= dimension;
  if (dimensions.empty() || size == 0 || size > 8) return std::nullopt;
  return RelocatedArray{size, elements};
}

llvm::Value* relocated_element(llvm::IRBuilder<>& builder, llvm::Value& object, const llvm::GlobalVariable& field,
                               uint64_t index) {
  const Name name = *Name::of(field);
  const RelocatedArray array = *relocated_array(field);
  std::string path;
  uint64_t rest = index;
  for (const uint64_t dimension : llvm::reverse(dimensions_of(*array_of(field)))) {
    path = ":" + std::to_string(rest % dimension) + path;
    rest /= dimension;
  }
  path =
      (name.type_and_kind + ":" + llvm::Twine(name.offset + index * array.element_size) + "$" + name.path + path).str();
  llvm::Module& module = *builder.GetInsertBlock()->getModule();
  llvm::GlobalVariable* relocation = module.getNamedGlobal(path);
  if (!relocation) {
    relocation = new llvm::GlobalVariable(module, builder.getInt64Ty(), /*isConstant=*/false,
                                          llvm::GlobalValue::ExternalLinkage, nullptr, path);
    relocation->copyAttributesFrom(&field);
    relocation->copyMetadata(&field, 0);
  }
  llvm::Value* offset = builder.CreateLoad(builder.getInt64Ty(), relocation);
  llvm::Value* address = builder.CreateGEP(builder.getInt8Ty(), &object, offset);
  return builder.CreateIntrinsic(llvm::Intrinsic::bpf_passthrough, {address->getType(), address->getType()},
                                 {builder.getInt32(0), address});
}

}  // namespace ebpfxx::cc
