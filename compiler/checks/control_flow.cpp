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

}  // namespace ebpfxx::cc
