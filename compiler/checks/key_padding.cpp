#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/RecordLayout.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// What is wrong with a type, and where.
struct Fault {
  std::string text;
  std::string advice;
  clang::SourceLocation where;
};

class FaultFinder {
 public:
  explicit FaultFinder(const clang::ASTContext& context) : context_(context) {}

  std::optional<Fault> find(clang::QualType type, const std::string& member, clang::SourceLocation where) const {
    type = context_.getBaseElementType(type).getCanonicalType();
    const std::string place = member.empty() ? "" : " in '" + member + "'";
    if (type->isAnyPointerType() || type->isReferenceType() || type->isMemberPointerType())
      return Fault{"holds an address" + place + ", which means nothing elsewhere", "keep what it points to", where};
    if (type->isFloatingType())
      return Fault{"holds floating point" + place + ", and a program has whole numbers only", "use one of those",
                   where};
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (!record || !record->hasDefinition()) return std::nullopt;
    if (record->isPolymorphic() || !type.isTriviallyCopyableType(context_))
      return Fault{"is more than its bytes" + place + ", and a map keeps only those", "use a struct of plain numbers",
                   record->getLocation()};
    if (record->isUnion()) return find_in_union(type, place, where);
    return find_in_struct(*record, member);
  }

 private:
  std::optional<Fault> find_in_union(clang::QualType type, const std::string& place,
                                     clang::SourceLocation where) const {
    if (context_.hasUniqueObjectRepresentations(type)) return std::nullopt;
    return Fault{"holds a union" + place + ", of which not every member sets every byte", "use a struct", where};
  }

  std::optional<Fault> find_in_struct(const clang::CXXRecordDecl& record, const std::string& path) const {
    const clang::ASTRecordLayout& layout = context_.getASTRecordLayout(&record);
    uint64_t end = 0;  // of what was seen so far, in bits
    for (const clang::CXXBaseSpecifier& specifier : record.bases()) {
      const clang::CXXRecordDecl& base = *specifier.getType()->getAsCXXRecordDecl();
      if (base.isEmpty()) continue;
      if (const auto fault = find_in_struct(base, path)) return fault;
      end = context_.toBits(layout.getBaseClassOffset(&base) + context_.getASTRecordLayout(&base).getSize());
    }
    for (const clang::FieldDecl* field : record.fields()) {
      if (field->isZeroSize(context_) || field->isUnnamedBitField()) continue;
      const std::string name = path + (path.empty() ? "" : ".") + field->getNameAsString();
      const uint64_t offset = layout.getFieldOffset(field->getFieldIndex());
      if (offset > end) return padding(offset - end, "before '" + name + "'", field->getLocation());
      if (const auto fault = find(field->getType(), name, field->getLocation())) return fault;
      end = offset + (field->isBitField() ? field->getBitWidthValue(context_) : context_.getTypeSize(field->getType()));
    }
    const uint64_t size = context_.toBits(layout.getSize());
    if (size <= end || record.isEmpty()) return std::nullopt;
    return padding(size - end, "at the end" + (path.empty() ? "" : " of '" + path + "'"), record.getLocation());
  }

  static Fault padding(uint64_t bits, const std::string& place, clang::SourceLocation where) {
    const bool whole = bits % 8 == 0;
    const uint64_t count = whole ? bits / 8 : bits;
    const std::string unit = std::string(whole ? " byte" : " bit") + (count == 1 ? " " : "s ");
    return {"has " + std::to_string(count) + unit + "of padding " + place + ", which nobody sets",
            "reorder its members, or fill the gap with one of your own", where};
  }

  const clang::ASTContext& context_;
};

/// What the map's class calls `name`.
std::optional<clang::QualType> member_type(const clang::CXXRecordDecl& map, llvm::StringRef name) {
  for (const clang::Decl* declaration : map.decls())
    if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(declaration); alias && alias->getName() == name)
      return alias->getUnderlyingType();
  return std::nullopt;
}

void check_map(const DeviceVariable& variable, Diagnostics& diagnostics) {
  const clang::CXXRecordDecl* map = annotated_class(variable.variable->getType(), abi::map_annotation);
  if (!map) return;
  const clang::ASTContext& context = map->getASTContext();
  for (const auto& [role, name] : {std::pair("key '", "key_type"), std::pair("value '", "value_type")}) {
    const std::optional<clang::QualType> type = member_type(*map, name);
    if (!type) continue;
    const auto fault = FaultFinder(context).find(*type, "", variable.variable->getLocation());
    if (!fault) continue;
    std::vector<Note> notes;
    if (fault->where != variable.variable->getLocation()) notes.push_back({fault->where, "declared here"});
    return diagnostics.error(variable.variable->getLocation(), "key-padding",
                             role + type->getAsString(context.getPrintingPolicy()) + "' of " +
                                 quoted(*variable.variable) + " " + fault->text + "; " + fault->advice,
                             notes);
  }
}

}  // namespace

/// A map whose keys or values are more than the bytes that mean something: padding, pointers, floating point, classes
/// that manage what they hold. The kernel compares keys byte by byte, and hands out values as they are.
void check_key_padding(const Source& source, Diagnostics& diagnostics) {
  for (const DeviceVariable& variable : source.unit.variables) check_map(variable, diagnostics);
}

}  // namespace ebpfxx::cc
