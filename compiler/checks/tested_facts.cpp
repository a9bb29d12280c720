#include "checks/tested_facts.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>

#include <algorithm>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"
#include "base/reachable.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether the object passes its test if and only if what it is made from does: a copy, or one with a wider offset.
bool is_copy(const clang::CXXConstructExpr& made) {
  if (made.getNumArgs() != 1) return false;
  if (made.getConstructor()->isCopyOrMoveConstructor()) return true;
  const clang::CXXRecordDecl* result = tested_class(made.getType());
  const clang::CXXRecordDecl* source = tested_class(made.getArg(0)->getType());
  return result && source && result->getTemplateInstantiationPattern() &&
         result->getTemplateInstantiationPattern() == source->getTemplateInstantiationPattern();
}

/// Without what does not change which object is meant, or whether a condition holds.
const clang::Expr* bare(const clang::Expr* expression) {
  for (const clang::Expr* before = nullptr; expression && expression != before;) {
    before = expression;
    expression = expression->IgnoreParenCasts();
    if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expression)) expression = full->getSubExpr();
    if (const auto* value = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expression))
      expression = value->getSubExpr();
    if (const auto* value = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expression)) expression = value->getSubExpr();
    if (const auto* rewritten = llvm::dyn_cast<clang::CXXRewrittenBinaryOperator>(expression))
      expression = rewritten->getSemanticForm();
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expression); call && call->isCallToStdMove())
      expression = call->getArg(0);
    if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(expression); made && is_copy(*made))
      expression = made->getArg(0);
  }
  return expression;
}

bool is_null(const clang::Expr* expression) {
  return llvm::isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr>(bare(expression));
}

ObjectPaths both(const ObjectPaths& left, const ObjectPaths& right) {
  ObjectPaths result = left;
  result.insert(right.begin(), right.end());
  return result;
}

ObjectPaths common(const ObjectPaths& left, const ObjectPaths& right) {
  ObjectPaths result;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::inserter(result, result.end()));
  return result;
}

bool starts_with(const ObjectPath& path, const ObjectPath& start) {
  return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

/// The value that a function consisting of one return statement returns.
const clang::Expr* only_result(const clang::FunctionDecl& function) {
  const auto* body = llvm::dyn_cast_or_null<clang::CompoundStmt>(function.getBody());
  const auto* statement = body && body->size() == 1 ? llvm::dyn_cast<clang::ReturnStmt>(body->body_front()) : nullptr;
  return statement ? statement->getRetValue() : nullptr;
}

}  // namespace

std::optional<ObjectPath> object_path(const clang::Expr* expression) {
  expression = bare(expression);
  if (llvm::isa<clang::CXXThisExpr>(expression)) return ObjectPath{nullptr};
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(expression)) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
    if (variable && variable->getType()->isReferenceType() && variable->hasInit())
      if (auto target = object_path(variable->getInit())) return target;
    return ObjectPath{reference->getDecl()->getCanonicalDecl()};
  }
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(expression)) {
    std::optional<ObjectPath> path = object_path(member->getBase());
    if (!path || !llvm::isa<clang::FieldDecl>(member->getMemberDecl())) return std::nullopt;
    path->push_back(member->getMemberDecl()->getCanonicalDecl());
    return path;
  }
  const auto* assignment = llvm::dyn_cast<clang::CXXOperatorCallExpr>(expression);
  if (assignment && assignment->getOperator() == clang::OO_Equal) return object_path(assignment->getArg(0));
  return std::nullopt;
}

const clang::Expr* source_object(const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  if (!callee || !has_annotation(callee, abi::taken_from_annotation)) return nullptr;
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) return member->getImplicitObjectArgument();
  return call.getNumArgs() > 0 ? call.getArg(0) : nullptr;
}

void collect_assigned(const clang::Stmt& statement, ObjectPaths& assigned) {
  const clang::Expr* target = nullptr;
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement);
      call && call->getOperator() == clang::OO_Equal)
    target = call->getArg(0);
  if (const auto* assignment = llvm::dyn_cast<clang::BinaryOperator>(&statement);
      assignment && assignment->isAssignmentOp())
    target = assignment->getLHS();
  if (const auto path = target ? object_path(target) : std::nullopt) assigned.insert(*path);
  for (const clang::Stmt* child : statement.children())
    if (child) collect_assigned(*child, assigned);
}

bool is_asked_first(const clang::CXXMethodDecl& method) { return has_annotation(&method, abi::asked_first_annotation); }

std::optional<bool> passing_result(const clang::CXXMethodDecl& method) {
  if (!method.getReturnType()->isBooleanType() || method.getNumParams() != 0) return std::nullopt;
  if (!is_asked_first(method)) return true;
  const bool has_test = llvm::any_of(method.getParent()->methods(), [](const clang::CXXMethodDecl* other) {
    return llvm::isa<clang::CXXConversionDecl>(other) && other->getReturnType()->isBooleanType();
  });
  return has_test ? std::nullopt : std::optional(false);
}

const clang::CXXRecordDecl* tested_class(clang::QualType type) {
  return type.isNull() || type->isDependentType() ? nullptr : annotated_class(type, abi::tested_annotation);
}

bool TestedFacts::is_tested(const clang::Expr* expression) const {
  const std::optional<ObjectPath> path = object_path(expression);
  return path && value_at(*path).tested;
}

bool TestedFacts::is_asked(const clang::Expr* expression) const {
  const std::optional<ObjectPath> path = object_path(expression);
  return path && (value_at(*path).asked || value_at(*path).tested);
}

ObjectPaths TestedFacts::implied(const clang::Expr* condition, bool outcome) const {
  condition = bare(condition);
  if (!condition) return {};
  if (const std::optional<ObjectPath> path = object_path(condition)) {
    const KnownValue value = value_at(*path);
    ObjectPaths objects = outcome ? value.if_true : value.if_false;
    if (outcome && tested_class(condition->getType())) objects.insert(*path);
    return objects;
  }
  if (const auto* negation = llvm::dyn_cast<clang::UnaryOperator>(condition);
      negation && negation->getOpcode() == clang::UO_LNot)
    return implied(negation->getSubExpr(), !outcome);
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(condition); binary && binary->isLogicalOp()) {
    const ObjectPaths left = implied(binary->getLHS(), outcome), right = implied(binary->getRHS(), outcome);
    const bool both_hold = (binary->getOpcode() == clang::BO_LAnd) == outcome;
    return both_hold ? both(left, right) : common(left, right);
  }
  const auto* call = llvm::dyn_cast<clang::CallExpr>(condition);
  return call ? implied_by_call(*call, outcome) : ObjectPaths();
}

ObjectPaths TestedFacts::implied_by_call(const clang::CallExpr& call, bool outcome) const {
  if (const clang::Expr* source = source_object(call)) return outcome ? implied(source, true) : ObjectPaths();
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
    const clang::CXXMethodDecl* method = member->getMethodDecl();
    const std::optional<bool> passes = method ? passing_result(*method) : std::nullopt;
    if (passes && tested_class(member->getImplicitObjectArgument()->getType()))
      return outcome == *passes ? implied(member->getImplicitObjectArgument(), true) : ObjectPaths();
  }
  if (const auto* comparison = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call);
      comparison && comparison->getNumArgs() == 2 && is_null(comparison->getArg(1))) {
    const clang::OverloadedOperatorKind kind = comparison->getOperator();
    const bool not_null = (kind == clang::OO_ExclaimEqual && outcome) || (kind == clang::OO_EqualEqual && !outcome);
    return not_null ? implied(comparison->getArg(0), true) : ObjectPaths();
  }
  return implied_by_result(call, outcome);
}

/// A function of the user that only returns whether its arguments pass the test, or what was taken from them.
ObjectPaths TestedFacts::implied_by_result(const clang::CallExpr& call, bool outcome) const {
  const clang::FunctionDecl* callee = call.getDirectCallee() ? body_of(*call.getDirectCallee()) : nullptr;
  const clang::Expr* result = callee ? only_result(*callee) : nullptr;
  if (!result) return {};
  const bool has_object = llvm::isa<clang::CXXOperatorCallExpr>(call) && llvm::isa<clang::CXXMethodDecl>(callee);
  const ObjectPaths inside = TestedFacts().implied(result, outcome);
  ObjectPaths outside;
  for (unsigned i = 0; i < callee->getNumParams() && i + has_object < call.getNumArgs(); ++i)
    if (inside.contains({callee->getParamDecl(i)->getCanonicalDecl()}))
      outside = both(outside, implied(call.getArg(i + has_object), true));
  return outside;
}

KnownValue TestedFacts::value_of(const clang::Expr* expression) const {
  if (!expression) return {};
  return {is_tested(expression), implied(expression, true), implied(expression, false), is_asked(expression)};
}

KnownValue TestedFacts::value_at(const ObjectPath& path) const {
  const auto known = known_.find(path);
  return known == known_.end() ? KnownValue() : known->second;
}

void TestedFacts::assume(const clang::Expr* condition, bool outcome) {
  for (const ObjectPath& path : implied(condition, outcome)) known_[path].tested = true;
}

void TestedFacts::assign(const ObjectPath& path, KnownValue value) {
  const auto is_part = [&](const ObjectPath& known) { return starts_with(known, path); };
  std::erase_if(known_, [&](const auto& entry) { return is_part(entry.first); });
  std::erase_if(ended_, is_part);
  add(path, std::move(value));
  for (auto& [known, about] : known_) {
    std::erase_if(about.if_true, is_part);
    std::erase_if(about.if_false, is_part);
  }
}

void TestedFacts::end(const ObjectPath& path) {
  assign(path);
  ended_.insert(path);
}

bool TestedFacts::is_ended(const clang::Expr* expression) const {
  const std::optional<ObjectPath> path = object_path(expression);
  return path && ended_.contains(*path);
}

void TestedFacts::meet(const TestedFacts& other) {
  ended_ = both(ended_, other.ended_);
  std::erase_if(known_, [&](const auto& entry) { return !other.known_.contains(entry.first); });
  for (auto& [path, value] : known_) {
    const KnownValue& there = other.known_.at(path);
    value.tested &= there.tested;
    value.asked &= there.asked;
    value.if_true = common(value.if_true, there.if_true);
    value.if_false = common(value.if_false, there.if_false);
  }
}

void TestedFacts::meet_beside(const ObjectPaths& copied, const TestedFacts& other) {
  const TestedFacts before = *this;
  meet(other);
  for (const ObjectPath& path : copied) {
    KnownValue value = before.value_at(path);
    const auto may_have_changed = [&](const ObjectPath& object) {
      return !copied.contains({object.front()}) && !other.value_at(path).if_true.contains(object);
    };
    std::erase_if(value.if_true, may_have_changed);
    std::erase_if(value.if_false, may_have_changed);
    add(path, std::move(value));
  }
}

}  // namespace ebpfxx::cc
