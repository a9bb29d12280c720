#include "checks/control_flow.hpp"

#include <llvm/ADT/SmallVector.h>

namespace ebpfxx::cc {
namespace {

using Blocks = llvm::SmallVector<const clang::CFGBlock*>;

/// The blocks that edges lead to from these, and these.
llvm::DenseSet<const clang::CFGBlock*> reached(Blocks rest, auto edges_of) {
  llvm::DenseSet<const clang::CFGBlock*> all;
  while (!rest.empty()) {
    const clang::CFGBlock* block = rest.pop_back_val();
    if (!all.insert(block).second) continue;
    for (const clang::CFGBlock::AdjacentBlock& edge : edges_of(*block))
      if (const clang::CFGBlock* next = edge.getReachableBlock()) rest.push_back(next);
  }
  return all;
}

}  // namespace

llvm::DenseSet<const clang::CFGBlock*> blocks_that_run(const clang::CFG& graph) {
  return reached({&graph.getEntry()}, [](const clang::CFGBlock& block) { return block.succs(); });
}

llvm::DenseSet<const clang::CFGBlock*> blocks_that_end(const clang::CFG& graph) {
  Blocks ends = {&graph.getExit()};
  for (const clang::CFGBlock* block : graph)
    if (block->hasNoReturnElement()) ends.push_back(block);
  return reached(ends, [](const clang::CFGBlock& block) { return block.preds(); });
}

bool holds_at_first(const clang::ForStmt& loop, const clang::ASTContext& context) {
  const auto* declared = llvm::dyn_cast_or_null<clang::DeclStmt>(loop.getInit());
  const auto* counter =
      declared && declared->isSingleDecl() ? llvm::dyn_cast<clang::VarDecl>(declared->getSingleDecl()) : nullptr;
  const auto* comparison = llvm::dyn_cast_or_null<clang::BinaryOperator>(loop.getCond());
  if (!counter || !counter->hasInit() || !comparison || !comparison->isComparisonOp()) return false;
  const auto* compared = llvm::dyn_cast<clang::DeclRefExpr>(comparison->getLHS()->IgnoreParenImpCasts());
  const std::optional<llvm::APSInt> first = counter->getInit()->getIntegerConstantExpr(context);
  const std::optional<llvm::APSInt> limit = comparison->getRHS()->getIntegerConstantExpr(context);
  if (!compared || compared->getDecl() != counter || !first || !limit) return false;
  const int order = llvm::APSInt::compareValues(*first, *limit);
  switch (comparison->getOpcode()) {
    case clang::BO_LT:
      return order < 0;
    case clang::BO_LE:
      return order <= 0;
    case clang::BO_GT:
      return order > 0;
    case clang::BO_GE:
      return order >= 0;
    case clang::BO_NE:
      return order != 0;
    default:
      return false;
  }
}

}  // namespace ebpfxx::cc
