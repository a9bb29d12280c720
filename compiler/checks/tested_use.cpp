#include "checks/tested_use.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/ExprCXX.h>

#include <ebpfxx/abi.hpp>

#include "checks/tested_facts.hpp"

namespace ebpfxx::cc {
namespace {

/// The rule and the text that an annotation of `declaration` gives.
std::optional<Wording> wording(const clang::Decl& declaration, llvm::StringRef annotation) {
  for (const auto* attribute : declaration.specific_attrs<clang::AnnotateAttr>()) {
    if (attribute->getAnnotation() != annotation || attribute->args_size() < 2) continue;
    const auto text = [&](unsigned i) {
      return attribute->args_begin()[i]->tryEvaluateString(declaration.getASTContext()).value_or("");
    };
    return Wording{text(0), text(1)};
  }
  return std::nullopt;
}

}  // namespace

Wording fault_of(const clang::CXXRecordDecl& record, bool ended) {
  if (ended)
    for (const clang::CXXMethodDecl* method : record.methods())
      if (const auto found = wording(*method, abi::ends_annotation)) return *found;
  Wording found = wording(record, abi::tested_annotation).value_or(Wording{"lookup-unchecked", "may be nothing here"});
  return {found.first, found.second + "; test it first"};
}

bool ends_object(const clang::Stmt& statement) {
  const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement);
  return call && call->getMethodDecl() && wording(*call->getMethodDecl(), abi::ends_annotation);
}

const clang::Expr* whole_object(const clang::Expr* expression) { return expression->IgnoreImpCasts(); }

const clang::Expr* called_object(const clang::Stmt& statement) {
  const clang::Expr* object = nullptr;
  if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement); call && call->getMethodDecl())
    object = whole_object(call->getImplicitObjectArgument());
  else if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(&statement);
           cast && cast->getCastKind() == clang::CK_DerivedToBase)
    object = whole_object(cast->getSubExpr());
  return object && tested_class(object->getType()) ? object : nullptr;
}

bool asks_object(const clang::Stmt& statement) {
  const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement);
  return call && is_asked_first(*call->getMethodDecl());
}

std::optional<Wording> fault_unasked(const clang::CXXRecordDecl& record) {
  for (const clang::CXXMethodDecl* method : record.methods())
    if (const auto found = wording(*method, abi::asked_first_annotation))
      return Wording{found->first, found->second + "; ask '" + method->getNameAsString() + "()' first"};
  return std::nullopt;
}

const clang::Expr* used_object(const clang::Stmt& statement) {
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement)) {
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call->getDirectCallee());
    const bool asks = method && call->getOperator() != clang::OO_Equal && call->getOperator() != clang::OO_Exclaim &&
                      !method->getReturnType()->isBooleanType();
    const clang::Expr* object = asks ? whole_object(call->getArg(0)) : nullptr;
    return object && tested_class(object->getType()) ? object : nullptr;
  }
  const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement);
  const clang::Expr* object = call ? called_object(statement) : nullptr;
  if (!object) return nullptr;
  const clang::CXXMethodDecl& method = *call->getMethodDecl();
  const bool needs_no_test = method.getReturnType()->isBooleanType() || is_asked_first(method) || source_object(*call);
  return needs_no_test ? nullptr : object;
}

}  // namespace ebpfxx::cc
