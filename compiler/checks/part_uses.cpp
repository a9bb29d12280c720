#include "checks/part_uses.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>

#include <optional>

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

bool is_read_by_call(const clang::Expr& expression) {
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(&expression);
  const auto* method = member ? llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()) : nullptr;
  return method && method->isConst();
}

}  // namespace

bool starts_unset(const clang::VarDecl& variable) {
  if (!variable.hasLocalStorage() || variable.getType()->isReferenceType() || variable.getType()->isUnionType())
    return false;
  if (!variable.hasInit()) return starts_unset(variable.getType(), variable.getASTContext());
  const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(variable.getInit());
  return construction && construction->getConstructor()->isDefaultConstructor() &&
         !construction->getConstructor()->isUserProvided() && !construction->requiresZeroInitialization() &&
         !construction->isListInitialization();
}

PartUses::PartUses(const LiveBody& body, const clang::ASTContext& context) : context_(context) {
  collect(body);
  for (const clang::Stmt* statement : statements_) look_at(*statement);
}

const clang::FieldDecl* PartUses::unset_member(const clang::VarDecl& variable) const {
  const Use use = uses_.lookup(&variable);
  if (use.may_be_set || !use.read) return nullptr;
  for (const clang::FieldDecl* field : variable.getType()->getAsCXXRecordDecl()->fields())
    if (starts_unset(*field) && !set_.contains({&variable, Part(field, 0)})) return field;
  return nullptr;
}

const clang::Expr* PartUses::read_of_unset(const clang::VarDecl& variable) const {
  const Use use = uses_.lookup(&variable);
  return use.may_be_set || !variable.getType()->isScalarType() ? nullptr : use.read;
}

const clang::Expr* PartUses::read_of_unset_part(const clang::VarDecl& variable) const {
  if (uses_.lookup(&variable).may_be_set) return nullptr;
  for (const auto& [part, read] : reads_)
    if (part.first == &variable && !set_.contains(part) && (!part.second.first || starts_unset(*part.second.first)))
      return read;
  return nullptr;
}

/// Takes the bodies of lambdas for parts of the function.
void PartUses::collect(const LiveBody& body) {
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
void PartUses::collect(const clang::Stmt& statement) {
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

void PartUses::look_at(const clang::Stmt& statement) {
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

void PartUses::look_at_part(const clang::Expr& expression) {
  const Access access = access_of(expression, context_);
  if (!access.variable) return;
  if (access.part && only_read_.contains(&expression))
    reads_.insert({{access.variable, *access.part}, &expression});
  else if (access.part)
    set_.insert({access.variable, *access.part});
  else if (!only_read_.contains(&expression) && !is_read_by_call(expression))
    uses_[access.variable].may_be_set = true;
}

}  // namespace ebpfxx::cc
