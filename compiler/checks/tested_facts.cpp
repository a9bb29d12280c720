#include "checks/tested_facts.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>

#include <algorithm>

#include <ebpfxx/abi.hpp>

#include "frontend/names.hpp"
#include "frontend/reachable.hpp"

namespace ebpfxx::cc {
namespace {

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
    const auto* copy = llvm::dyn_cast<clang::CXXConstructExpr>(expression);
    if (copy && copy->getNumArgs() == 1 && copy->getConstructor()->isCopyOrMoveConstructor())
      expression = copy->getArg(0);
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

ObjectPaths only(const std::optional<ObjectPath>& path) { return path ? ObjectPaths{*path} : ObjectPaths(); }

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

const clang::CXXRecordDecl* tested_class(clang::QualType type) {
  return type.isNull() || type->isDependentType() ? nullptr : annotated_class(type, abi::tested_annotation);
}

bool TestedFacts::is_tested(const clang::Expr* expression) const {
  const std::optional<ObjectPath> path = object_path(expression);
  return path && tested_.contains(*path);
}

ObjectPaths TestedFacts::implied(const clang::Expr* condition, bool outcome) const {
  condition = bare(condition);
  if (!condition) return {};
  if (const auto* negation = llvm::dyn_cast<clang::UnaryOperator>(condition);
      negation && negation->getOpcode() == clang::UO_LNot)
    return implied(negation->getSubExpr(), !outcome);
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(condition); binary && binary->isLogicalOp()) {
    const ObjectPaths left = implied(binary->getLHS(), outcome), right = implied(binary->getRHS(), outcome);
    const bool both_hold = (binary->getOpcode() == clang::BO_LAnd) == outcome;
    return both_hold ? both(left, right) : common(left, right);
  }
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(condition)) return implied_by_call(*call, outcome);
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(condition)) {
    const auto flag = flags_.find(llvm::dyn_cast<clang::VarDecl>(reference->getDecl()));
    if (flag != flags_.end()) return outcome ? flag->second.if_true : flag->second.if_false;
  }
  return {};
}

ObjectPaths TestedFacts::implied_by_call(const clang::CallExpr& call, bool outcome) const {
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
    const clang::CXXMethodDecl* method = member->getMethodDecl();
    const bool is_test = method && method->getReturnType()->isBooleanType() && method->getNumParams() == 0;
    if (is_test && tested_class(member->getImplicitObjectArgument()->getType()))
      return outcome ? only(object_path(member->getImplicitObjectArgument())) : ObjectPaths();
  }
  if (const auto* comparison = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call);
      comparison && comparison->getNumArgs() == 2 && is_null(comparison->getArg(1))) {
    const clang::OverloadedOperatorKind kind = comparison->getOperator();
    const bool not_null = (kind == clang::OO_ExclaimEqual && outcome) || (kind == clang::OO_EqualEqual && !outcome);
    return not_null ? only(object_path(comparison->getArg(0))) : ObjectPaths();
  }
  // A function of the user that only says whether its argument passed the test.
  const clang::FunctionDecl* callee = call.getDirectCallee() ? body_of(*call.getDirectCallee()) : nullptr;
  const clang::Expr* result = callee ? only_result(*callee) : nullptr;
  if (!result) return {};
  const bool has_object = llvm::isa<clang::CXXOperatorCallExpr>(call) && llvm::isa<clang::CXXMethodDecl>(callee);
  const ObjectPaths inside = TestedFacts().implied(result, outcome);
  ObjectPaths outside;
  for (unsigned i = 0; i < callee->getNumParams() && i + has_object < call.getNumArgs(); ++i)
    if (inside.contains({callee->getParamDecl(i)->getCanonicalDecl()}))
      outside = both(outside, only(object_path(call.getArg(i + has_object))));
  return outside;
}

bool TestedFacts::is_over(const clang::Expr* expression) const {
  const std::optional<ObjectPath> path = object_path(expression);
  return path && over_.contains(*path);
}

void TestedFacts::end(const ObjectPath& path) {
  assign(path, false);
  over_.insert(path);
}

void TestedFacts::assign(const ObjectPath& path, bool tested) {
  const auto is_part = [&](const ObjectPath& known) { return starts_with(known, path); };
  std::erase_if(tested_, is_part);
  std::erase_if(over_, is_part);
  for (auto& [variable, flag] : flags_) {
    std::erase_if(flag.if_true, is_part);
    std::erase_if(flag.if_false, is_part);
  }
  if (tested) tested_.insert(path);
}

void TestedFacts::assign_flag(const clang::VarDecl& flag, const clang::Expr* condition) {
  flags_[&flag] = {implied(condition, true), implied(condition, false)};
}

void TestedFacts::meet(const TestedFacts& other) {
  tested_ = common(tested_, other.tested_);
  over_ = both(over_, other.over_);
  std::erase_if(flags_, [&](const auto& entry) { return !other.flags_.contains(entry.first); });
  for (auto& [variable, flag] : flags_) {
    flag.if_true = common(flag.if_true, other.flags_.at(variable).if_true);
    flag.if_false = common(flag.if_false, other.flags_.at(variable).if_false);
  }
}

}  // namespace ebpfxx::cc
