#include "checks/control_flow.hpp"

#include <llvm/ADT/SmallVector.h>

namespace ebpfxx::cc {

llvm::DenseSet<const clang::CFGBlock*> blocks_that_run(const clang::CFG& graph) {
  llvm::DenseSet<const clang::CFGBlock*> running;
  llvm::SmallVector<const clang::CFGBlock*> rest = {&graph.getEntry()};
  while (!rest.empty()) {
    const clang::CFGBlock* block = rest.pop_back_val();
    if (!running.insert(block).second) continue;
    for (const clang::CFGBlock::AdjacentBlock& after : block->succs())
      if (const clang::CFGBlock* reachable = after.getReachableBlock()) rest.push_back(reachable);
  }
  return running;
}

}  // namespace ebpfxx::cc
