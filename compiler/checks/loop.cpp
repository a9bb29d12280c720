#include "checks/control_flow.hpp"
#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>

namespace ebpfxx::cc {
namespace {

bool may_loop_for_ever(const ReachedFunction& function) {
  return llvm::any_of(function.body.statements, [](const clang::Stmt* statement) {
    return llvm::isa<clang::WhileStmt, clang::ForStmt, clang::DoStmt, clang::GotoStmt>(statement);
  });
}

}  // namespace

/// A loop that no path leaves.
void check_loop(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!may_loop_for_ever(function)) return;
  const auto graph = clang::CFG::buildCFG(function.function, function.function->getBody(),
                                          &function.function->getASTContext(), clang::CFG::BuildOptions());
  if (!graph) return;
  const llvm::DenseSet<const clang::CFGBlock*> ending = blocks_that_end(*graph);
  const llvm::DenseSet<const clang::CFGBlock*> running = blocks_that_run(*graph);
  for (const clang::CFGBlock* block : *graph)
    if (const clang::Stmt* loop = block->getLoopTarget(); loop && running.contains(block) && !ending.contains(block))
      diagnostics.error(function, loop->getBeginLoc(), "loop-bound",
                        "this loop never ends, the kernel wants to see its end; give it a constant bound");
}

}  // namespace ebpfxx::cc
