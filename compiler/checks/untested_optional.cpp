#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/DenseSet.h>

#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// What `*object` and `object->` of a std::optional name; else null.
const clang::Expr* dereferenced(const clang::Stmt& statement) {
  const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement);
  if (!call || (call->getOperator() != clang::OO_Star && call->getOperator() != clang::OO_Arrow)) return nullptr;
  const clang::Expr* object = call->getArg(0)->IgnoreParens()->IgnoreImplicit()->IgnoreParens();
  const clang::CXXRecordDecl* record = object->getType()->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() && record->getName() == "optional" ? object : nullptr;
}

/// Whether a function of the library returned `object`.
bool may_be_nothing(const clang::Expr& object) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(object.IgnoreImplicit()->IgnoreParens());
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  return callee && llvm::StringRef(callee->getQualifiedNameAsString()).starts_with("ebpfxx::");
}

/// The variables of a function that it dereferences, and those that it does anything else with, as to test them.
class Variables {
 public:
  explicit Variables(const LiveBody& body) {
    for (const clang::Stmt* statement : body.statements) {
      if (const clang::Expr* object = dereferenced(*statement)) dereferenced_.insert(object);
      const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(statement);
      if (name && !dereferenced_.contains(name)) otherwise_used_.insert(name->getDecl());
      const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(statement);
      if (!lambda) continue;
      for (const clang::LambdaCapture& capture : lambda->captures())
        if (capture.capturesVariable()) otherwise_used_.insert(capture.getCapturedVar());
    }
  }

  bool only_dereferences(const clang::VarDecl& variable) const { return !otherwise_used_.contains(&variable); }

 private:
  llvm::DenseSet<const clang::Expr*> dereferenced_;
  llvm::DenseSet<const clang::ValueDecl*> otherwise_used_;
};

bool is_untested(const clang::Expr& object, const Variables& variables) {
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(&object);
  if (!name) return may_be_nothing(object);
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(name->getDecl());
  return variable && variable->isLocalVarDecl() && variable->hasInit() && may_be_nothing(*variable->getInit()) &&
         variables.only_dereferences(*variable);
}

}  // namespace

/// The value of a std::optional that a function of the library returned and that nothing tests.
void check_untested_optional(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  const Variables variables(function.body);
  for (const clang::Stmt* statement : function.body.statements) {
    const clang::Expr* object = dereferenced(*statement);
    if (!object || !is_untested(*object, variables)) continue;
    const auto range = clang::CharSourceRange::getTokenRange(object->getSourceRange());
    const llvm::StringRef text = clang::Lexer::getSourceText(range, diagnostics.sources(), {});
    diagnostics.error(function, statement->getBeginLoc(), "packet-bounds",
                      ("'" + text + "' may be nothing here; test it first").str());
  }
}

}  // namespace ebpfxx::cc
