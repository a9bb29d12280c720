#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallPtrSet.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether an object of the type that nobody initialises has bytes that nobody has set.
bool starts_unset(clang::QualType type, const clang::ASTContext& context) {
  type = context.getBaseElementType(type).getCanonicalType();
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  if (!record) return true;
  if (!record->hasDefinition() || record->hasUserProvidedDefaultConstructor()) return false;
  for (const clang::CXXBaseSpecifier& base : record->bases())
    if (starts_unset(base.getType(), context)) return !base.getType()->getAsCXXRecordDecl()->isEmpty();
  return llvm::any_of(record->fields(), [&](const clang::FieldDecl* field) {
    return !field->hasInClassInitializer() && !field->isUnnamedBitField() && starts_unset(field->getType(), context);
  });
}

/// The variable, if its members start as they happen to be: `Key key;`.
bool starts_unset(const clang::VarDecl& variable) {
  if (!variable.hasLocalStorage()) return false;
  const auto* construction = llvm::dyn_cast_or_null<clang::CXXConstructExpr>(variable.getInit());
  return construction && construction->getConstructor()->isDefaultConstructor() &&
         !construction->getConstructor()->isUserProvided() && !construction->requiresZeroInitialization() &&
         !construction->isListInitialization();
}

/// The variable that a chain of members starts at, and the first member of it.
std::pair<const clang::VarDecl*, const clang::FieldDecl*> first_member(const clang::MemberExpr& member) {
  const clang::Expr* base = member.getBase()->IgnoreParenImpCasts();
  if (const auto* outer = llvm::dyn_cast<clang::MemberExpr>(base)) return first_member(*outer);
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(base);
  return {name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr,
          llvm::dyn_cast<clang::FieldDecl>(member.getMemberDecl())};
}

/// What a function does to the variables of some types that start unset.
class Uses {
 public:
  explicit Uses(const LiveBody& body) {
    collect(body);
    for (const clang::Stmt* statement : statements_) look_at(*statement);
  }

  /// The first member that nobody sets of a variable that is handed on as a whole; null when there is none.
  const clang::FieldDecl* unset_member(const clang::VarDecl& variable) const {
    const Use use = uses_.lookup(&variable);
    if (use.may_be_set || !use.is_read) return nullptr;
    for (const clang::FieldDecl* field : variable.getType()->getAsCXXRecordDecl()->fields())
      if (!field->hasInClassInitializer() && !field->isUnnamedBitField() &&
          starts_unset(field->getType(), variable.getASTContext()) && !set_.contains({&variable, field}))
        return field;
    return nullptr;
  }

 private:
  struct Use {
    bool is_read = false;     ///< as a whole
    bool may_be_set = false;  ///< in a way that is not followed
  };

  /// Takes the bodies of lambdas for parts of the function.
  void collect(const LiveBody& body) {
    for (const clang::Stmt* statement : body.statements) {
      statements_.push_back(statement);
      collect(*statement);
      const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(statement);
      if (!lambda || lambda->isGenericLambda()) continue;
      for (const clang::Expr* capture : lambda->capture_inits())
        if (capture) bases_.insert(capture->IgnoreParens());
      collect(live_body(*lambda->getCallOperator()));
    }
  }

  /// What is read only, and what is in front of a member.
  void collect(const clang::Stmt& statement) {
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&statement)) {
      const bool reads = cast->getCastKind() == clang::CK_LValueToRValue ||
                         (cast->getCastKind() == clang::CK_NoOp && cast->getType().isConstQualified());
      if (reads) only_read_.insert(cast->getSubExpr()->IgnoreParens());
    } else if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&statement)) {
      bases_.insert(member->getBase()->IgnoreParenImpCasts());
    }
  }

  void look_at(const clang::Stmt& statement) {
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&statement)) {
      if (!only_read_.contains(member) && !bases_.contains(member)) set_.insert(first_member(*member));
    } else if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(&statement)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(name->getDecl());
      if (!variable || bases_.contains(name)) return;
      (only_read_.contains(name) ? uses_[variable].is_read : uses_[variable].may_be_set) = true;
    }
  }

  std::vector<const clang::Stmt*> statements_;
  llvm::DenseSet<const clang::Expr*> only_read_, bases_;
  llvm::DenseMap<const clang::VarDecl*, Use> uses_;
  llvm::DenseSet<std::pair<const clang::VarDecl*, const clang::FieldDecl*>> set_;
};

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

void check_function(const ReachedFunction& function, const StoredTypes& types, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  std::optional<Uses> uses;
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement);
    if (!declarations) continue;
    for (const clang::Decl* declaration : declarations->decls()) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
      if (!variable || !types.contains(variable->getType().getCanonicalType().getTypePtr())) continue;
      if (!starts_unset(*variable)) continue;
      if (!uses) uses.emplace(function.body);
      if (const clang::FieldDecl* field = uses->unset_member(*variable))
        diagnostics.error(function, variable->getLocation(), "unset-member",
                          "leaves '" + field->getNameAsString() + "' as it happens to be; set it, or write '" +
                              variable->getNameAsString() + "{}', which sets all to zero",
                          {{field->getLocation(), "declared here"}});
    }
  }
}

}  // namespace

/// A key, value or record of which a member is never set.
void check_unset_member(const Source& source, Diagnostics& diagnostics) {
  const StoredTypes stored = stored_types(source.unit);
  for (const auto& function : source.functions) check_function(*function, stored, diagnostics);
}

}  // namespace ebpfxx::cc
