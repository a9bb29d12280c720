#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Expr.h>

namespace ebpfxx::cc {
namespace {

bool computes(const clang::Stmt& statement, const clang::ASTContext& context) {
  const auto* expression = llvm::dyn_cast<clang::Expr>(&statement);
  if (!expression || !expression->getType()->isFloatingType() || expression->isValueDependent()) return false;
  clang::Expr::EvalResult constant;
  return !expression->EvaluateAsRValue(constant, context);
}

/// Whether a function takes or returns such a number.
bool has_floating_point(const clang::FunctionDecl& function) {
  return function.getReturnType()->isFloatingType() ||
         llvm::any_of(function.parameters(),
                      [](const clang::ParmVarDecl* parameter) { return parameter->getType()->isFloatingType(); });
}

/// Returns whether the statement calls a function that is reported in its own body.
bool is_told_elsewhere(const clang::Stmt& statement) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(&statement);
  const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
  return callee && body_of(*callee) && has_floating_point(*callee);
}

}  // namespace

/// A computation with floating-point numbers, for which BPF has no instructions.
void check_floating_point(const ReachedFunction& function, Diagnostics& diagnostics) {
  // What computes with the floating point of a map or a record follows from it.
  if (diagnostics.has_error(contents_rule)) return;
  const clang::ASTContext& context = function.function->getASTContext();
  clang::SourceRange call;
  for (const clang::Stmt* statement : function.body.statements) {
    const clang::SourceLocation where = statement->getBeginLoc();
    if (call.isValid() && context.getSourceManager().isPointWithin(where, call.getBegin(), call.getEnd())) continue;
    if (is_told_elsewhere(*statement))
      call = statement->getSourceRange();
    else if (computes(*statement, context))
      // The rest of the function mostly follows from the first.
      return diagnostics.error(function, where, "float",
                               "computes with '" +
                                   llvm::cast<clang::Expr>(statement)->getType().getUnqualifiedType().getAsString() +
                                   "'; a program has whole numbers only");
  }
}

}  // namespace ebpfxx::cc
