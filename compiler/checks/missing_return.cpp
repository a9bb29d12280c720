#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Analysis/CFG.h>

#include "checks/control_flow.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether control reaches the end of the function behind this block's last statement.
bool falls_off(const clang::CFGBlock& block) {
  if (block.hasNoReturnElement()) return false;
  const auto last = block.empty() ? std::nullopt : block.back().getAs<clang::CFGStmt>();
  return !last || !llvm::isa<clang::ReturnStmt, clang::CXXThrowExpr>(last->getStmt());
}

}  // namespace

/// A function with a result that has a path without a `return`.
void check_missing_return(const ReachedFunction& function, Diagnostics& diagnostics) {
  const clang::FunctionDecl& declaration = *function.function;
  if (declaration.getReturnType()->isVoidType() || declaration.isMain()) return;
  const auto graph = clang::CFG::buildCFG(&declaration, declaration.getBody(), &declaration.getASTContext(),
                                          clang::CFG::BuildOptions());
  if (!graph) return;
  const auto running = blocks_that_run(*graph);
  for (const clang::CFGBlock::AdjacentBlock& edge : graph->getExit().preds())
    if (const clang::CFGBlock* block = edge.getReachableBlock();
        block && running.contains(block) && falls_off(*block)) {
      diagnostics.error(function, declaration.getBody()->getEndLoc(), "missing-return",
                        "a path ends here without a result; return one on every path");
      return;
    }
}

}  // namespace ebpfxx::cc
