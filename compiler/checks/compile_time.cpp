#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>

namespace ebpfxx::cc {
namespace {

/// C++ evaluates the initialiser of a const number at compile time if it can ([expr.const]), and
/// std::is_constant_evaluated() is true there. It is of no consequence where the value is the same without.
bool differs_at_compile_time(const clang::VarDecl& variable) {
  const clang::ASTContext& context = variable.getASTContext();
  if (variable.isConstexpr() || !variable.isLocalVarDecl() || !variable.hasInit()) return false;
  if (!variable.getType().isConstQualified() || !variable.getType()->isIntegralOrEnumerationType()) return false;
  const clang::APValue* at_compile_time = variable.evaluateValue();
  clang::Expr::EvalResult otherwise;
  if (!at_compile_time || !at_compile_time->isInt()) return false;
  return !variable.getInit()->EvaluateAsInt(otherwise, context, clang::Expr::SE_AllowSideEffects,
                                            /*InConstantContext=*/false) ||
         otherwise.Val.getInt() != at_compile_time->getInt();
}

}  // namespace

/// compile-time: a variable that is const, and so gets the value that its initialiser has in constant evaluation, where
/// no kernel is, instead of being asked for when the program runs.
void check_compile_time(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement);
    if (!declarations) continue;
    for (const clang::Decl* declaration : declarations->decls())
      if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
          variable && differs_at_compile_time(*variable))
        diagnostics.error(function, variable->getLocation(), "compile-time",
                          quoted(*variable) +
                              " is const, so its value is computed at compile time, where there is no kernel to ask; "
                              "leave out 'const'");
  }
}

}  // namespace ebpfxx::cc
