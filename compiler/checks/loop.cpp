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

/// The blocks from which the end of the function, or code that does not return, can be reached.
llvm::DenseSet<const clang::CFGBlock*> blocks_that_end(const clang::CFG& graph) {
  llvm::DenseSet<const clang::CFGBlock*> ending;
  llvm::SmallVector<const clang::CFGBlock*> rest = {&graph.getExit()};
  for (const clang::CFGBlock* block : graph)
    if (block->hasNoReturnElement()) rest.push_back(block);
  while (!rest.empty()) {
    const clang::CFGBlock* block = rest.pop_back_val();
    if (!ending.insert(block).second) continue;
    for (const clang::CFGBlock::AdjacentBlock& before : block->preds())
      if (const clang::CFGBlock* reachable = before.getReachableBlock()) rest.push_back(reachable);
  }
  return ending;
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
