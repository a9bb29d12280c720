#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/SmallPtrSet.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"
#include "checks/part_uses.hpp"
#include "checks/unset_variable.hpp"

namespace ebpfxx::cc {
namespace {

/// The types of the keys, values and records of a source's maps.
using StoredTypes = llvm::SmallPtrSet<const clang::Type*, 8>;

void add_types(llvm::ArrayRef<clang::TemplateArgument> arguments, StoredTypes& types) {
  for (const clang::TemplateArgument& argument : arguments) {
    if (argument.getKind() == clang::TemplateArgument::Pack) add_types(argument.getPackAsArray(), types);
    if (argument.getKind() != clang::TemplateArgument::Type) continue;
    const clang::QualType type = argument.getAsType().getCanonicalType();
    if (type->isRecordType()) types.insert(type.getTypePtr());
  }
}

StoredTypes stored_types(const TranslationUnit& unit) {
  StoredTypes types;
  for (const DeviceVariable& variable : unit.variables)
    if (const auto* map = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
            annotated_class(variable.variable->getType(), abi::map_annotation)))
      add_types(map->getTemplateArgs().asArray(), types);
  return types;
}

void check_variable(const clang::VarDecl& variable, const PartUses& uses, bool is_stored,
                    const ReachedFunction& function, Diagnostics& diagnostics) {
  const std::string name = variable.getNameAsString();
  if (const clang::FieldDecl* field = is_stored ? uses.unset_member(variable) : nullptr) {
    diagnostics.error(function, variable.getLocation(), "unset-member",
                      "leaves '" + field->getNameAsString() + "' as it happens to be; set it, or write '" + name +
                          "{}', which sets all to zero",
                      {{field->getLocation(), "declared here"}});
  } else if (const clang::Expr* read = uses.read_of_unset(variable)) {
    report_unset(variable, read->getBeginLoc(), function, diagnostics);
  } else if (const clang::Expr* part = uses.read_of_unset_part(variable)) {
    diagnostics.error(function, part->getBeginLoc(), "unset-variable",
                      "this part of '" + name + "' is never set; set it, or write '" + name +
                          "{}' where it is declared, which sets all to zero",
                      {{variable.getLocation(), "declared here"}});
  }
}

void check_function(const ReachedFunction& function, const StoredTypes& types, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  report_unset_variables(function, diagnostics);
  std::optional<PartUses> uses;
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement);
    if (!declarations) continue;
    for (const clang::Decl* declaration : declarations->decls()) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
      if (!variable || !starts_unset(*variable)) continue;
      if (!uses) uses.emplace(function.body, variable->getASTContext());
      const bool is_stored = types.contains(variable->getType().getCanonicalType().getTypePtr());
      check_variable(*variable, *uses, is_stored, function, diagnostics);
    }
  }
}

}  // namespace

/// What is read before it has a value, or though nobody sets it, and a key, value or record of which a member is never
/// set.
void check_unset(const Source& source, Diagnostics& diagnostics) {
  const StoredTypes stored = stored_types(source.unit);
  for (const auto& function : source.functions) check_function(*function, stored, diagnostics);
}

}  // namespace ebpfxx::cc
