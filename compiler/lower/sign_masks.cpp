#include "lower/sign_masks.hpp"

#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineInstrBuilder.h>
#include <llvm/CodeGen/MachineRegisterInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>

#include <string>

#include "lower/machine_opcodes.hpp"

namespace ebpfxx::cc {
namespace {

using llvm::MachineInstr;
using llvm::Register;

class SignMasks : public llvm::MachineFunctionPass {
 public:
  SignMasks() : MachineFunctionPass(id) {}

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    instructions_ = function.getSubtarget().getInstrInfo();
    registers_ = &function.getRegInfo();
    bool changed = false;
    for (llvm::MachineBasicBlock& block : function)
      for (MachineInstr& instruction : llvm::make_early_inc_range(block)) changed |= replace(instruction);
    return changed;
  }

 private:
  /// `_32` for instructions of half a register, and for negations of a whole one `_64`.
  struct Operation {
    llvm::StringRef name;
    llvm::StringRef width;
  };

  Operation operation(const MachineInstr& instruction) const {
    const llvm::StringRef name = instructions_->getName(instruction.getOpcode());
    const bool has_width = name.ends_with("_32") || name == "NEG_64";
    return has_width ? Operation{name.drop_back(3), name.take_back(3)} : Operation{name, ""};
  }

  MachineInstr* made(const llvm::MachineOperand& operand) const {
    return operand.isReg() && operand.getReg().isVirtual() ? registers_->getVRegDef(operand.getReg()) : nullptr;
  }

  static bool has_immediate(const MachineInstr& instruction, int64_t value) {
    return instruction.getOperand(2).isImm() && instruction.getOperand(2).getImm() == value;
  }

  static int64_t sign_bit(const Operation& operation) { return operation.width == "_32" ? 31 : 63; }

  /// Whether the register is 0 or 1.
  bool is_bit(const llvm::MachineOperand& operand) const {
    const MachineInstr* made_by = made(operand);
    if (!made_by) return false;
    const Operation by = operation(*made_by);
    if (by.name == "MOV_32_64" || made_by->isCopy()) return is_bit(made_by->getOperand(1));
    return (by.name == "AND_ri" && has_immediate(*made_by, 1)) ||
           (by.name == "SRL_ri" && has_immediate(*made_by, sign_bit(by)));
  }

  bool is_mask(const llvm::MachineOperand& operand) const {
    const MachineInstr* made_by = made(operand);
    if (!made_by) return false;
    const Operation by = operation(*made_by);
    if (by.name == "SRA_ri") return has_immediate(*made_by, sign_bit(by));
    if (by.name == "NEG") return is_bit(made_by->getOperand(1));
    return by.name == "ADD_ri" && has_immediate(*made_by, -1) && is_bit(made_by->getOperand(1));
  }

  bool is_constant(const llvm::MachineOperand& operand) const {
    const MachineInstr* made_by = made(operand);
    if (!made_by) return operand.isImm();
    const llvm::StringRef name = operation(*made_by).name;
    return name == "MOV_ri" || name == "LD_imm64";
  }

  bool replace(MachineInstr& instruction) {
    const Operation by = operation(instruction);
    const bool is_and = by.name.starts_with("AND_r");
    if (!is_and && !by.name.starts_with("OR_r")) return false;
    llvm::MachineOperand &mask = instruction.getOperand(1), &constant = instruction.getOperand(2);
    if (!is_mask(mask) || !is_constant(constant)) return false;
    if (is_and) {
      const Register bit = bit_of(*made(mask));
      registers_->clearKillFlags(bit);  // the mask had the last use of it
      mask.setReg(bit);
      instruction.setDesc(description(("MUL" + by.name.drop_front(3)).str(), by.width));
    } else {
      swap_operands(instruction, by);
    }
    return true;
  }

  /// The register that is 1 where the mask is -1.
  Register bit_of(MachineInstr& mask) {
    const Operation by = operation(mask);
    const Register source = mask.getOperand(1).getReg();
    if (by.name == "NEG") return source;
    return by.name == "SRA_ri" ? build_before(mask, "SRL_ri", by.width, source, sign_bit(by))
                               : build_before(mask, "XOR_ri", by.width, source, 1);
  }

  /// Of a constant that a mask is or'ed to, the verifier makes no two states.
  void swap_operands(MachineInstr& instruction, const Operation& by) {
    llvm::MachineOperand &mask = instruction.getOperand(1), &constant = instruction.getOperand(2);
    const Register second = mask.getReg();
    Register first;
    if (constant.isImm()) {
      first = registers_->createVirtualRegister(registers_->getRegClass(second));
      llvm::BuildMI(*instruction.getParent(), instruction, instruction.getDebugLoc(), description("MOV_ri", by.width),
                    first)
          .addImm(constant.getImm());
    } else {
      first = constant.getReg();
    }
    mask.setReg(first);
    constant.ChangeToRegister(second, /*isDef=*/false);
    instruction.setDesc(description("OR_rr", by.width));
  }

  Register build_before(MachineInstr& instruction, llvm::StringRef name, llvm::StringRef width, Register source,
                        int64_t immediate) {
    const Register result = registers_->createVirtualRegister(registers_->getRegClass(source));
    llvm::BuildMI(*instruction.getParent(), instruction, instruction.getDebugLoc(), description(name.str(), width),
                  result)
        .addReg(source)
        .addImm(immediate);
    return result;
  }

  const llvm::MCInstrDesc& description(const std::string& name, llvm::StringRef width) const {
    return instructions_->get(opcode_of(name + width.str(), *instructions_));
  }

  const llvm::TargetInstrInfo* instructions_ = nullptr;
  llvm::MachineRegisterInfo* registers_ = nullptr;
  static inline char id = 0;
};

}  // namespace

llvm::MachineFunctionPass* create_sign_masks_pass() { return new SignMasks; }

}  // namespace ebpfxx::cc
