#include "lower/zero_tests.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineInstr.h>
#include <llvm/CodeGen/TargetRegisterInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>

#include "lower/machine_opcodes.hpp"

namespace ebpfxx::cc {
namespace {

class ZeroTests : public llvm::MachineFunctionPass {
 public:
  ZeroTests() : MachineFunctionPass(id) {}

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    instructions_ = function.getSubtarget().getInstrInfo();
    registers_ = function.getSubtarget().getRegisterInfo();
    bool changed = false;
    for (llvm::MachineBasicBlock& block : function)
      for (llvm::MachineInstr& jump : block.terminators()) {
        const llvm::StringRef other = replacement(name(jump));
        if (other.empty() || !is_zero(jump.getOperand(1))) continue;
        if (const llvm::Register copy = copy_counted_down(jump, block); copy.isValid()) {
          jump.getOperand(0).setReg(copy);
          jump.getOperand(0).setIsKill(false);
        } else if (!compares_counter(jump, block)) {
          continue;
        }
        jump.setDesc(instructions_->get(opcode_of(other, *instructions_)));
        changed = true;
      }
    return changed;
  }

 private:
  static llvm::StringRef replacement(llvm::StringRef jump) {
    return llvm::StringSwitch<llvm::StringRef>(jump)
        .Case("JNE_ri", "JUGT_ri")
        .Case("JNE_ri_32", "JUGT_ri_32")
        .Case("JEQ_ri", "JULE_ri")
        .Case("JEQ_ri_32", "JULE_ri_32")
        .Default("");
  }

  static bool is_zero(const llvm::MachineOperand& operand) { return operand.isImm() && operand.getImm() == 0; }

  llvm::StringRef name(const llvm::MachineInstr& instruction) const {
    return instructions_->getName(instruction.getOpcode());
  }

  bool counts_down(const llvm::MachineInstr& instruction, llvm::Register number) const {
    return name(instruction).starts_with("ADD_ri") && instruction.modifiesRegister(number, registers_) &&
           instruction.getOperand(2).isImm() && instruction.getOperand(2).getImm() < 0;
  }

  /// Whether it is a copy of the number that is counted down next, as in `table[n - 1]` where `n` is needed too, or one
  /// that is copied again for that.
  bool is_copy_counted_down(const llvm::MachineInstr& copy, llvm::Register number) const {
    if (!name(copy).starts_with("MOV_rr") || !registers_->regsOverlap(copy.getOperand(1).getReg(), number))
      return false;
    const llvm::Register other = copy.getOperand(0).getReg();
    const auto behind = llvm::make_range(std::next(copy.getIterator()), copy.getParent()->instr_end());
    const auto change =
        llvm::find_if(behind, [&](const auto& next) { return next.modifiesRegister(other, registers_); });
    if (llvm::any_of(llvm::make_range(behind.begin(), change),
                     [&](const auto& next) { return is_copy_counted_down(next, other); }))
      return true;
    return change == behind.end() ? is_counted_down_behind(*copy.getParent(), other, /*copies=*/false)
                                  : counts_down(*change, other);
  }

  /// Whether counting down is the next that happens to the number, or a copy of it, behind `block`, on one way at
  /// least.
  bool is_counted_down_behind(const llvm::MachineBasicBlock& block, llvm::Register number, bool copies = true) const {
    llvm::SmallPtrSet<const llvm::MachineBasicBlock*, 8> seen;
    llvm::SmallVector<const llvm::MachineBasicBlock*, 8> rest(block.successors());
    while (!rest.empty()) {
      const llvm::MachineBasicBlock* next = rest.pop_back_val();
      if (!seen.insert(next).second) continue;
      const auto change =
          llvm::find_if(*next, [&](const auto& other) { return other.modifiesRegister(number, registers_); });
      if (copies && llvm::any_of(llvm::make_range(next->begin(), change),
                                 [&](const auto& other) { return is_copy_counted_down(other, number); }))
        return true;
      if (change == next->end())
        rest.append(next->succ_begin(), next->succ_end());
      else if (counts_down(*change, number))
        return true;
    }
    return false;
  }

  /// A copy of half a register that is made before the jump and counted down behind it: a comparison of the other
  /// register tells the verifier nothing of that. An invalid register where there is none.
  llvm::Register copy_counted_down(const llvm::MachineInstr& jump, const llvm::MachineBasicBlock& block) const {
    const llvm::Register number = jump.getOperand(0).getReg();
    if (!name(jump).ends_with("_32")) return {};
    llvm::SmallVector<const llvm::MachineInstr*> behind;
    for (const llvm::MachineInstr& before :
         llvm::make_range(std::next(jump.getReverseIterator()), block.instr_rend())) {
      if (before.modifiesRegister(number, registers_)) break;
      if (name(before) == "MOV_rr_32" && before.getOperand(1).getReg() == number) {
        const llvm::Register copy = before.getOperand(0).getReg();
        if (llvm::none_of(behind, [&](const auto* next) { return next->modifiesRegister(copy, registers_); }) &&
            is_counted_down_behind(block, copy))
          return copy;
      }
      behind.push_back(&before);
    }
    return {};
  }

  /// Pointers are compared with null in all their bits, and not where they are computed.
  bool compares_counter(const llvm::MachineInstr& jump, const llvm::MachineBasicBlock& block) const {
    const llvm::Register number = jump.getOperand(0).getReg();
    if (name(jump).ends_with("_32")) return is_counted_down_behind(block, number);
    // The register may have been another's before, as an address of the stack is counted down too.
    const auto before = llvm::make_range(std::next(jump.getReverseIterator()), block.instr_rend());
    const auto last =
        llvm::find_if(before, [&](const auto& other) { return other.modifiesRegister(number, registers_); });
    return last != before.end() && counts_down(*last, number);
  }

  const llvm::TargetInstrInfo* instructions_ = nullptr;
  const llvm::TargetRegisterInfo* registers_ = nullptr;
  static inline char id = 0;
};

}  // namespace

llvm::MachineFunctionPass* create_zero_tests_pass() { return new ZeroTests; }

}  // namespace ebpfxx::cc
