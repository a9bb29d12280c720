#include "base/kernel_types.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

bool is_kernel_record(const clang::RecordDecl& record) {
  const clang::RecordDecl* outermost = &record;
  while (const auto* outer = llvm::dyn_cast<clang::RecordDecl>(outermost->getDeclContext())) outermost = outer;
  return has_annotation(outermost, abi::kernel_type_annotation);
}

/// What the annotation says that the kernel calls it; empty without one.
std::string kernel_name(const clang::NamedDecl& declaration) {
  for (const auto* attribute : declaration.specific_attrs<clang::AnnotateAttr>())
    if (attribute->getAnnotation() == abi::kernel_name_annotation && attribute->args_size() == 1)
      return (*attribute->args_begin())->tryEvaluateString(declaration.getASTContext()).value_or("");
  return "";
}

void note_name(clang::NamedDecl& declaration, TranslationUnit& unit) {
  if (std::string name = kernel_name(declaration); !name.empty())
    unit.kernel_names.emplace_back(&declaration, std::move(name));
}

}  // namespace

bool is_kernel_record(clang::QualType type) {
  const clang::RecordDecl* record = type.isNull() ? nullptr : type->getAsRecordDecl();
  return record && is_kernel_record(*record);
}

void adopt_kernel_type(clang::TagDecl& definition, TranslationUnit& unit) {
  note_name(definition, unit);
  if (auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(&definition))
    for (clang::EnumConstantDecl* enumerator : enumeration->enumerators()) note_name(*enumerator, unit);
  auto* record = llvm::dyn_cast<clang::RecordDecl>(&definition);
  if (!record || !is_kernel_record(*record)) return;
  record->addAttr(clang::BPFPreserveAccessIndexAttr::CreateImplicit(unit.context()));
  for (clang::FieldDecl* field : record->fields()) {
    note_name(*field, unit);
    field->dropAttr<clang::AnnotateAttr>();  // clang would mark every access to it
  }
}

void restore_kernel_names(const TranslationUnit& unit) {
  for (const auto& [declaration, name] : unit.kernel_names) declaration->setDeclName(&unit.context().Idents.get(name));
}

}  // namespace ebpfxx::cc
