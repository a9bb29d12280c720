#include "lower/back_edges.hpp"

#include <llvm/CodeGen/MachineBasicBlock.h>
#include <llvm/CodeGen/MachineDominators.h>
#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineFunctionPass.h>
#include <llvm/CodeGen/TargetInstrInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>

namespace ebpfxx::cc {
namespace {

class BackEdges : public llvm::MachineFunctionPass {
 public:
  BackEdges() : MachineFunctionPass(id) {}

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    const llvm::TargetInstrInfo& instructions = *function.getSubtarget().getInstrInfo();
    llvm::MachineDominatorTree dominators(function);
    bool changed = false;
    for (llvm::MachineBasicBlock& block : function) {
      llvm::MachineBasicBlock* const next = block.getFallThrough();
      if (!next || !dominators.dominates(next, &block) || block.getFirstTerminator() != block.end()) continue;
      const llvm::DebugLoc location = block.empty() ? llvm::DebugLoc() : block.back().getDebugLoc();
      instructions.insertUnconditionalBranch(block, next, location);
      changed = true;
    }
    return changed;
  }

 private:
  static inline char id = 0;
};

}  // namespace

llvm::MachineFunctionPass* create_back_edges_pass() { return new BackEdges; }

}  // namespace ebpfxx::cc
