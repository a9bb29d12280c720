#include "lower/c_types.hpp"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Constants.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

namespace dwarf = llvm::dwarf;

llvm::DIType* without_qualifiers(llvm::DIType* type) {
  while (auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) type = derived->getBaseType();
  return type;
}

bool is_integer(const llvm::DIBasicType& type) {
  switch (type.getEncoding()) {
    case dwarf::DW_ATE_boolean:
    case dwarf::DW_ATE_signed:
    case dwarf::DW_ATE_signed_char:
    case dwarf::DW_ATE_unsigned:
    case dwarf::DW_ATE_unsigned_char:
      return true;
    default:
      return false;
  }
}

/// The number in an ebpfxx::Atomic, which it is to everyone else; null for other types.
llvm::DIType* number_of_atomic(const llvm::DICompositeType& type) {
  const auto* scope = llvm::dyn_cast_or_null<llvm::DINamespace>(type.getScope());
  if (!scope || scope->getName() != "ebpfxx" || !type.getName().starts_with(abi::atomic_class)) return nullptr;
  for (const llvm::DINode* element : type.getElements())
    if (const auto* part = llvm::dyn_cast<llvm::DIDerivedType>(element);
        part && part->getTag() == dwarf::DW_TAG_member && !part->isStaticMember())
      return part->getBaseType();
  return nullptr;
}

}  // namespace

llvm::DIType* CTypes::type(llvm::DIType* type) {
  if (!type) return nullptr;
  if (const auto known = made_.find(type); known != made_.end()) return known->second;
  llvm::DIType* result = make(type);
  made_[type] = result;
  return result;
}

llvm::DIType* CTypes::make(llvm::DIType* type) {
  if (auto* basic_type = llvm::dyn_cast<llvm::DIBasicType>(type)) return basic(basic_type);
  if (auto* derived_type = llvm::dyn_cast<llvm::DIDerivedType>(type))
    return derived(derived_type, &CTypes::type, &CTypes::type);
  if (auto* composite_type = llvm::dyn_cast<llvm::DICompositeType>(type)) return composite(composite_type);
  if (auto* function_type = llvm::dyn_cast<llvm::DISubroutineType>(type)) return signature(function_type);
  return opaque_bytes(type->getSizeInBits());
}

llvm::DISubroutineType* CTypes::signature(llvm::DISubroutineType* type) {
  llvm::SmallVector<llvm::Metadata*> types;
  for (llvm::DIType* part : type->getTypeArray()) types.push_back(this->type(part));
  return llvm::DISubroutineType::get(context_, llvm::DINode::FlagZero, dwarf::DW_CC_normal,
                                     llvm::MDTuple::get(context_, types));
}

llvm::DIType* CTypes::basic(llvm::DIBasicType* type) {
  if (type->getTag() == dwarf::DW_TAG_unspecified_type)  // std::nullptr_t
    return wrap(dwarf::DW_TAG_pointer_type, "", nullptr, 64);
  if (is_integer(*type) || type->getEncoding() == dwarf::DW_ATE_float) return type;
  if (type->getEncoding() == dwarf::DW_ATE_UTF)
    return llvm::DIBasicType::get(context_, dwarf::DW_TAG_base_type, type->getName(), type->getSizeInBits(),
                                  type->getAlignInBits(), dwarf::DW_ATE_unsigned, llvm::DINode::FlagZero);
  return opaque_bytes(type->getSizeInBits());
}

llvm::DIType* CTypes::derived(llvm::DIDerivedType* type, Describe behind_pointer, Describe behind_name) {
  llvm::DIType* base = type->getBaseType();
  switch (type->getTag()) {
    case dwarf::DW_TAG_pointer_type:
    case dwarf::DW_TAG_reference_type:
    case dwarf::DW_TAG_rvalue_reference_type:
      return wrap(dwarf::DW_TAG_pointer_type, "", (this->*behind_pointer)(base), 64);
    case dwarf::DW_TAG_typedef:
    case dwarf::DW_TAG_template_alias:
      return wrap(dwarf::DW_TAG_typedef, c_identifier(type->getName()), (this->*behind_name)(base), 0);
    case dwarf::DW_TAG_const_type:
    case dwarf::DW_TAG_volatile_type:
    case dwarf::DW_TAG_restrict_type:
      return wrap(type->getTag(), "", (this->*behind_name)(base), 0);
    case dwarf::DW_TAG_ptr_to_member_type:
      return opaque_bytes(type->getSizeInBits());
    default:
      return (this->*behind_name)(base);
  }
}

llvm::DIType* CTypes::composite(llvm::DICompositeType* type) {
  switch (type->getTag()) {
    case dwarf::DW_TAG_enumeration_type:
      return enumeration(type);
    case dwarf::DW_TAG_array_type:
      return array(type);
    default:
      if (llvm::DIType* number = number_of_atomic(*type)) return this->type(number);
      return record(type);
  }
}

llvm::DIType* CTypes::map_definition(llvm::DIType* type) {
  auto* definition = llvm::dyn_cast_or_null<llvm::DICompositeType>(without_qualifiers(type));
  return definition ? record(definition, /*is_map_definition=*/true) : this->type(type);
}

llvm::DIType* CTypes::record(llvm::DICompositeType* type, bool is_map_definition) {
  const unsigned tag =
      type->getTag() == dwarf::DW_TAG_union_type ? dwarf::DW_TAG_union_type : dwarf::DW_TAG_structure_type;
  auto* result = llvm::DICompositeType::getDistinct(
      context_, tag, c_identifier(type->getName()), type->getFile(), type->getLine(), nullptr, nullptr,
      type->getSizeInBits(), type->getAlignInBits(), 0, type->getFlags() & llvm::DINode::FlagFwdDecl, {}, 0, nullptr);
  made_[type] = result;  // a member may point back
  llvm::SmallVector<llvm::DIDerivedType*> members;
  add_members(type, result, 0, is_map_definition, members);
  llvm::stable_sort(members, [](auto* a, auto* b) { return a->getOffsetInBits() < b->getOffsetInBits(); });
  // The kernel refuses a member that ends behind its struct; an empty [[no_unique_address]] member may.
  llvm::erase_if(
      members, [&](auto* found) { return found->getOffsetInBits() + found->getSizeInBits() > type->getSizeInBits(); });
  result->replaceElements(
      llvm::MDTuple::get(context_, llvm::SmallVector<llvm::Metadata*>(members.begin(), members.end())));
  return result;
}

void CTypes::add_members(llvm::DICompositeType* from, llvm::DICompositeType* to, uint64_t offset,
                         bool is_map_definition, llvm::SmallVectorImpl<llvm::DIDerivedType*>& members) {
  for (llvm::DINode* element : from->getElements()) {
    auto* part = llvm::dyn_cast<llvm::DIDerivedType>(element);
    if (!part || part->isStaticMember() || (part->getFlags() & llvm::DINode::FlagVirtual)) continue;
    if (part->getTag() == dwarf::DW_TAG_member) {
      llvm::DIType* described = is_map_definition ? type(part->getBaseType()) : member_type(part->getBaseType());
      members.push_back(member(part, described, to, offset));
    }
    if (part->getTag() != dwarf::DW_TAG_inheritance) continue;
    if (auto* base = llvm::dyn_cast_or_null<llvm::DICompositeType>(without_qualifiers(part->getBaseType())))
      add_members(base, to, offset + part->getOffsetInBits(), is_map_definition, members);
  }
}

llvm::DIDerivedType* CTypes::member(llvm::DIDerivedType* from, llvm::DIType* type, llvm::DICompositeType* to,
                                    uint64_t offset) {
  llvm::Metadata* storage_offset = nullptr;
  if (auto* storage =
          llvm::dyn_cast_or_null<llvm::ConstantInt>(from->isBitField() ? from->getStorageOffsetInBits() : nullptr))
    storage_offset =
        llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(storage->getType(), storage->getZExtValue() + offset));
  return llvm::DIDerivedType::getDistinct(context_, dwarf::DW_TAG_member, c_identifier(from->getName()),
                                          from->getFile(), from->getLine(), to, type, from->getSizeInBits(),
                                          from->getAlignInBits(), from->getOffsetInBits() + offset, std::nullopt,
                                          std::nullopt, from->getFlags() & llvm::DINode::FlagBitField, storage_offset);
}

// BTF's writer puts off what members point to, and lists it in the order of addresses in memory at last: no two objects
// would be the same. What is declared only, it writes where it is; libbpf's linker then finds the definition.

llvm::DIType* CTypes::member_type(llvm::DIType* type) {
  auto* derived_type = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type);
  return derived_type ? derived(derived_type, &CTypes::pointee, &CTypes::member_type) : this->type(type);
}

llvm::DIType* CTypes::pointee(llvm::DIType* type) {
  if (auto* derived_type = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type))
    return derived(derived_type, &CTypes::pointee, &CTypes::pointee);
  auto* composite = llvm::dyn_cast_or_null<llvm::DICompositeType>(type);
  const bool is_record = composite && composite->getTag() != dwarf::DW_TAG_enumeration_type &&
                         composite->getTag() != dwarf::DW_TAG_array_type;
  return is_record && !composite->getName().empty() ? forward(composite) : this->type(type);
}

llvm::DIType* CTypes::forward(llvm::DICompositeType* type) {
  llvm::DIType*& declared = forward_[type];
  if (!declared)
    declared = llvm::DICompositeType::getDistinct(
        context_, type->getTag() == dwarf::DW_TAG_union_type ? dwarf::DW_TAG_union_type : dwarf::DW_TAG_structure_type,
        c_identifier(type->getName()), nullptr, 0, nullptr, nullptr, 0, 0, 0, llvm::DINode::FlagFwdDecl, {}, 0,
        nullptr);
  return declared;
}

llvm::DIType* CTypes::enumeration(llvm::DICompositeType* type) {
  // BTF's writer expects a basic type here and does not look through names.
  llvm::DIType* base = this->type(without_qualifiers(type->getBaseType()));
  return llvm::DICompositeType::getDistinct(
      context_, dwarf::DW_TAG_enumeration_type, c_identifier(type->getName()), type->getFile(), type->getLine(),
      nullptr, llvm::dyn_cast_or_null<llvm::DIBasicType>(base), type->getSizeInBits(), type->getAlignInBits(), 0,
      type->getFlags() & llvm::DINode::FlagFwdDecl, type->getElements(), 0, nullptr);
}

llvm::DIType* CTypes::array(llvm::DICompositeType* type) {
  return llvm::DICompositeType::getDistinct(
      context_, dwarf::DW_TAG_array_type, "", nullptr, 0, nullptr, this->type(type->getBaseType()),
      type->getSizeInBits(), type->getAlignInBits(), 0, llvm::DINode::FlagZero, type->getElements(), 0, nullptr);
}

llvm::DIType* CTypes::opaque_bytes(uint64_t size_in_bits) {
  auto* byte = llvm::DIBasicType::get(context_, dwarf::DW_TAG_base_type, "unsigned char", 8, 0,
                                      dwarf::DW_ATE_unsigned_char, llvm::DINode::FlagZero);
  llvm::Metadata* count = llvm::DISubrange::get(context_, static_cast<int64_t>(size_in_bits / 8));
  return llvm::DICompositeType::getDistinct(context_, dwarf::DW_TAG_array_type, "", nullptr, 0, nullptr, byte,
                                            size_in_bits, 0, 0, llvm::DINode::FlagZero,
                                            llvm::MDTuple::get(context_, {count}), 0, nullptr);
}

llvm::DIDerivedType* CTypes::wrap(unsigned tag, llvm::StringRef name, llvm::DIType* base, uint64_t size_in_bits) {
  return llvm::DIDerivedType::get(context_, tag, name, nullptr, 0, nullptr, base, size_in_bits, 0, 0, std::nullopt,
                                  std::nullopt, llvm::DINode::FlagZero);
}

}  // namespace ebpfxx::cc
