#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallPtrSet.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"
#include "checks/unset_variable.hpp"

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

/// Whether the variable, or its members or elements, start as they happen to be: `Key key;`.
bool starts_unset(const clang::VarDecl& variable) {
  if (!variable.hasLocalStorage() || variable.getType()->isReferenceType() || variable.getType()->isUnionType())
    return false;
  if (!variable.hasInit()) return starts_unset(variable.getType(), variable.getASTContext());
  const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(variable.getInit());
  return construction && construction->getConstructor()->isDefaultConstructor() &&
         !construction->getConstructor()->isUserProvided() && !construction->requiresZeroInitialization() &&
         !construction->isListInitialization();
}

bool starts_unset(const clang::FieldDecl& field) {
  return !field.hasInClassInitializer() && !field.isUnnamedBitField() &&
         starts_unset(field.getType(), field.getASTContext());
}

/// What `object.member` or `object[index]` is a part of; null when the expression is neither.
const clang::Expr* whole_of(const clang::Stmt& expression) {
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&expression))
    return member->getBase()->IgnoreParenImpCasts();
  if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(&expression))
    return element->getBase()->IgnoreParenImpCasts();
  const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&expression);
  if (!call || call->getOperator() != clang::OO_Subscript || call->getNumArgs() != 2) return nullptr;
  const clang::CXXRecordDecl* record = call->getArg(0)->getType()->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() && record->getName() == "array" ? call->getArg(0)->IgnoreParenImpCasts()
                                                                              : nullptr;
}

/// A member, or the element of an index.
using Part = std::pair<const clang::FieldDecl*, std::uint64_t>;

/// None for a function, and an index that is known at run time only.
std::optional<Part> part_of(const clang::Expr& expression, const clang::ASTContext& context) {
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&expression)) {
    const auto* field = llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    return field ? std::optional(Part(field, 0)) : std::nullopt;
  }
  const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(&expression);
  const clang::Expr* index = element ? element->getIdx() : llvm::cast<clang::CXXOperatorCallExpr>(expression).getArg(1);
  clang::Expr::EvalResult value;
  if (index->isValueDependent() || !index->EvaluateAsInt(value, context)) return std::nullopt;
  return Part(nullptr, value.Val.getInt().getExtValue());
}

/// A variable, and the part of it that a chain of members and elements begins with.
struct Access {
  const clang::VarDecl* variable = nullptr;  ///< null: of something else
  std::optional<Part> part;
};

Access access_of(const clang::Expr& expression, const clang::ASTContext& context) {
  const clang::Expr* whole = whole_of(expression);
  if (whole_of(*whole)) return access_of(*whole, context);
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(whole);
  return {name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr, part_of(expression, context)};
}

/// The variable, or the part of one, that the expression names.
Access target_of(const clang::Expr& expression, const clang::ASTContext& context) {
  if (whole_of(expression)) return access_of(expression, context);
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(&expression);
  return {name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr, std::nullopt};
}

/// Whether each evaluation of `statement` reads what `target` names.
bool always_reads(const clang::Stmt& statement, const Access& target, const clang::ASTContext& context) {
  if (llvm::isa<clang::LambdaExpr>(statement)) return false;
  if (const auto* choice = llvm::dyn_cast<clang::AbstractConditionalOperator>(&statement))
    return always_reads(*choice->getCond(), target, context);
  const auto* logical = llvm::dyn_cast<clang::BinaryOperator>(&statement);
  if (logical && logical->isLogicalOp()) return always_reads(*logical->getLHS(), target, context);
  const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&statement);
  if (cast && cast->getCastKind() == clang::CK_LValueToRValue) {
    const Access read = target_of(*cast->getSubExpr()->IgnoreParens(), context);
    if (read.variable && read.variable == target.variable && read.part == target.part) return true;
  }
  return llvm::any_of(statement.children(),
                      [&](const clang::Stmt* part) { return part && always_reads(*part, target, context); });
}

/// What `sum += 1`, `sum = sum * 2` and `++sum` change; null when the statement does not read what it sets.
const clang::Expr* amended(const clang::Stmt& statement, const clang::ASTContext& context) {
  if (const auto* counts = llvm::dyn_cast<clang::UnaryOperator>(&statement))
    return counts->isIncrementDecrementOp() ? counts->getSubExpr()->IgnoreParens() : nullptr;
  const auto* assigns = llvm::dyn_cast<clang::BinaryOperator>(&statement);
  if (!assigns || !assigns->isAssignmentOp()) return nullptr;
  const clang::Expr* target = assigns->getLHS()->IgnoreParens();
  return assigns->isCompoundAssignmentOp() || always_reads(*assigns->getRHS(), target_of(*target, context), context)
             ? target
             : nullptr;
}

/// What a function does to the variables of some types that start unset.
class Uses {
 public:
  Uses(const LiveBody& body, const clang::ASTContext& context) : context_(context) {
    collect(body);
    for (const clang::Stmt* statement : statements_) look_at(*statement);
  }

  /// The first member that nobody sets of a variable that is handed on as a whole; null when there is none.
  const clang::FieldDecl* unset_member(const clang::VarDecl& variable) const {
    const Use use = uses_.lookup(&variable);
    if (use.may_be_set || !use.read) return nullptr;
    for (const clang::FieldDecl* field : variable.getType()->getAsCXXRecordDecl()->fields())
      if (starts_unset(*field) && !set_.contains({&variable, Part(field, 0)})) return field;
    return nullptr;
  }

  /// Where a number that nobody sets is read.
  const clang::Expr* read_of_unset(const clang::VarDecl& variable) const {
    const Use use = uses_.lookup(&variable);
    return use.may_be_set || !variable.getType()->isScalarType() ? nullptr : use.read;
  }

  /// Where a member or an element that nobody sets is read.
  const clang::Expr* read_of_unset_part(const clang::VarDecl& variable) const {
    if (uses_.lookup(&variable).may_be_set) return nullptr;
    for (const auto& [part, read] : reads_)
      if (part.first == &variable && !set_.contains(part) && (!part.second.first || starts_unset(*part.second.first)))
        return read;
    return nullptr;
  }

 private:
  struct Use {
    const clang::Expr* read = nullptr;  ///< as a whole
    bool may_be_set = false;            ///< in a way that is not followed
  };
  using VariablePart = std::pair<const clang::VarDecl*, Part>;

  /// Takes the bodies of lambdas for parts of the function.
  void collect(const LiveBody& body) {
    for (const clang::Stmt* statement : body.statements) {
      statements_.push_back(statement);
      collect(*statement);
      const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(statement);
      if (!lambda || lambda->isGenericLambda()) continue;
      for (const auto [capture, value] : llvm::zip(lambda->captures(), lambda->capture_inits()))
        if (value && !lambda->isInitCapture(&capture)) bases_.insert(value->IgnoreParens());
      collect(live_body(*lambda->getCallOperator()));
    }
  }

  /// What is read only, or read to be amended, and what is in front of a member.
  void collect(const clang::Stmt& statement) {
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&statement)) {
      const bool reads = cast->getCastKind() == clang::CK_LValueToRValue ||
                         (cast->getCastKind() == clang::CK_NoOp && cast->getType().isConstQualified());
      if (reads) only_read_.insert(cast->getSubExpr()->IgnoreParens());
    } else if (const clang::Expr* target = amended(statement, context_)) {
      only_read_.insert(target);
    } else if (const clang::Expr* whole = whole_of(statement)) {
      bases_.insert(whole);
    }
  }

  void look_at(const clang::Stmt& statement) {
    if (whole_of(statement)) {
      const auto& expression = llvm::cast<clang::Expr>(statement);
      if (!bases_.contains(&expression)) look_at_part(expression);
    } else if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(&statement)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(name->getDecl());
      if (!variable || bases_.contains(name)) return;
      Use& use = uses_[variable];
      if (!only_read_.contains(name))
        use.may_be_set = true;
      else if (!use.read)
        use.read = name;
    }
  }

  void look_at_part(const clang::Expr& expression) {
    const Access access = access_of(expression, context_);
    if (!access.variable) return;
    if (access.part && only_read_.contains(&expression))
      reads_.insert({{access.variable, *access.part}, &expression});
    else if (access.part)
      set_.insert({access.variable, *access.part});
    else if (!only_read_.contains(&expression) && !is_read_by_call(expression))
      uses_[access.variable].may_be_set = true;
  }

  static bool is_read_by_call(const clang::Expr& expression) {
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(&expression);
    const auto* method = member ? llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()) : nullptr;
    return method && method->isConst();
  }

  const clang::ASTContext& context_;
  std::vector<const clang::Stmt*> statements_;
  llvm::DenseSet<const clang::Expr*> only_read_, bases_;
  llvm::DenseMap<const clang::VarDecl*, Use> uses_;
  llvm::MapVector<VariablePart, const clang::Expr*> reads_;
  llvm::DenseSet<VariablePart> set_;
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

void check_variable(const clang::VarDecl& variable, const Uses& uses, bool is_stored, const ReachedFunction& function,
                    Diagnostics& diagnostics) {
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
  std::optional<Uses> uses;
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

/// A key, value or record of which a member is never set, and what is read though nobody sets it.
void check_unset_member(const Source& source, Diagnostics& diagnostics) {
  const StoredTypes stored = stored_types(source.unit);
  for (const auto& function : source.functions) check_function(*function, stored, diagnostics);
}

}  // namespace ebpfxx::cc
