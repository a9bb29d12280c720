#include "lower/choices.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>

#include "base/reachable.hpp"

namespace ebpfxx::cc {
namespace {

bool is_constant_at_compile_time_only(const clang::Expr& side, const clang::ASTContext& context) {
  clang::Expr::EvalResult result;
  return !side.isValueDependent() && side.isEvaluatable(context) &&
         !side.EvaluateAsRValue(result, context, /*InConstantContext=*/false);
}

/// `side` behind an empty assembly statement, which no evaluation gets past.
clang::Expr* behind_a_barrier(clang::Expr& side, clang::ASTContext& context) {
  const clang::SourceLocation where = side.getBeginLoc();
  const clang::QualType type = context.getStringLiteralArrayType(context.CharTy, 0);
  auto* nothing = clang::StringLiteral::Create(context, "", clang::StringLiteralKind::Ordinary, false, type, where);
  auto* barrier = new (context)
      clang::GCCAsmStmt(context, where, true, true, 0, 0, nullptr, nullptr, nullptr, nothing, 0, nullptr, 0, where);
  clang::Stmt* parts[] = {barrier, &side};
  auto* body = clang::CompoundStmt::Create(context, parts, clang::FPOptionsOverride(), where, where);
  return new (context) clang::StmtExpr(body, side.getType(), where, where, /*TemplateDepth=*/0);
}

}  // namespace

void keep_choices(TranslationUnit& unit) {
  clang::ASTContext& context = unit.context();
  for (const auto& function : reachable(unit.programs))
    for (const clang::Stmt* statement : function->body.statements) {
      const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(statement);
      if (!choice || !choice->getType()->isScalarType()) continue;
      for (clang::Stmt*& part : const_cast<clang::ConditionalOperator*>(choice)->children())
        if (auto* side = llvm::cast<clang::Expr>(part);
            side != choice->getCond() && is_constant_at_compile_time_only(*side, context))
          part = behind_a_barrier(*side, context);
    }
}

}  // namespace ebpfxx::cc
