#include "lower/reloads.hpp"

#include <llvm/CodeGen/MachineFrameInfo.h>
#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineInstr.h>
#include <llvm/CodeGen/TargetRegisterInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>

#include <optional>

namespace ebpfxx::cc {
namespace {

/// Blocks to look back through.
constexpr unsigned most_blocks = 4;

class Reloads : public llvm::MachineFunctionPass {
 public:
  Reloads() : MachineFunctionPass(id) {}

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    registers_ = function.getSubtarget().getRegisterInfo();
    bool changed = false;
    for (llvm::MachineBasicBlock& block : function)
      for (llvm::MachineInstr& instruction : llvm::make_early_inc_range(block))
        if (const auto slot = spill_slot(instruction); slot && instruction.mayLoad())
          changed |= leave_out(instruction, *slot);
    return changed;
  }

 private:
  /// The spill slot that the instruction reads or writes.
  static std::optional<int> spill_slot(const llvm::MachineInstr& instruction) {
    const llvm::MachineFrameInfo& frame = instruction.getMF()->getFrameInfo();
    for (const llvm::MachineOperand& operand : instruction.operands())
      if (operand.isFI() && !frame.isFixedObjectIndex(operand.getIndex()) &&
          frame.isSpillSlotObjectIndex(operand.getIndex()))
        return operand.getIndex();
    return std::nullopt;
  }

  /// Leaves the reload out where the same one came before, and register and slot are as they were.
  bool leave_out(llvm::MachineInstr& reload, int slot) const {
    const llvm::Register number = reload.getOperand(0).getReg();
    llvm::SmallVector<llvm::MachineInstr*> between;
    llvm::SmallVector<llvm::MachineBasicBlock*> entered;
    llvm::MachineBasicBlock* block = reload.getParent();
    auto from = std::next(reload.getReverseIterator());
    while (entered.size() < most_blocks) {
      for (llvm::MachineInstr& before : llvm::make_range(from, block->instr_rend())) {
        if (before.isIdenticalTo(reload)) {
          for (llvm::MachineInstr* user : between) user->clearRegisterKills(number, registers_);
          before.clearRegisterDeads(number);
          for (llvm::MachineBasicBlock* later : entered) later->addLiveIn(number);
          reload.eraseFromParent();
          return true;
        }
        if (before.isCall() || before.modifiesRegister(number, registers_) ||
            (before.mayStore() && spill_slot(before) == slot))
          return false;
        between.push_back(&before);
      }
      entered.push_back(block);
      if (block->pred_size() != 1) return false;
      block = *block->pred_begin();
      from = block->instr_rbegin();
    }
    return false;
  }

  const llvm::TargetRegisterInfo* registers_ = nullptr;
  static inline char id = 0;
};

}  // namespace

llvm::MachineFunctionPass* create_reloads_pass() { return new Reloads; }

}  // namespace ebpfxx::cc
