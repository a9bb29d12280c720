#include <llvm/IR/Instructions.h>

#include "checks/program_code.hpp"
#include "checks/rules.hpp"
#include "lower/pointer_differences.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether BPF has the operation for numbers only (adjust_ptr_min_max_vals).
bool is_for_numbers(const llvm::User& user) {
  const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(&user);
  return operation && operation->getOpcode() != llvm::Instruction::Add &&
         operation->getOpcode() != llvm::Instruction::Sub;
}

}  // namespace

/// A pointer whose bits are computed with.
void check_pointer_arithmetic(const OptimisedCode& code, Diagnostics& diagnostics) {
  for_each_instruction(code.locations.unit(), code.module, [&](const llvm::Instruction& instruction) {
    for (const llvm::Value* operand : instruction.operand_values())
      if (is_pointer_number(*operand) && is_for_numbers(instruction))
        diagnostics.error(
            code.locations.trail(instruction), "pointer-arithmetic",
            "computes with the bits of an address; add to addresses and subtract from them only, compute with offsets");
  });
}

}  // namespace ebpfxx::cc
