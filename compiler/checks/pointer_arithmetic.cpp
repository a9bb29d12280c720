#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

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

/// Whether something is read or written there.
bool is_accessed(const llvm::Value& address) {
  return llvm::any_of(address.users(), [&](const llvm::User* user) {
    if (llvm::isa<llvm::GetElementPtrInst>(user)) return is_accessed(*user);
    return llvm::isa<llvm::MemIntrinsic>(user) || llvm::getLoadStorePointerOperand(user) == &address;
  });
}

bool is_read_from_context(const llvm::Value& number) {
  const auto* load = llvm::dyn_cast<llvm::LoadInst>(&number);
  return load && llvm::isa<llvm::Argument>(load->getPointerOperand()->stripInBoundsOffsets());
}

/// The operation that computes with the bits of a number in the context of which the address is made; null if there is
/// none.
const llvm::Instruction* operation_behind(const llvm::IntToPtrInst& address) {
  const llvm::Instruction* found = nullptr;
  const llvm::Value* number = address.getOperand(0);
  while (const auto* operation = llvm::dyn_cast<llvm::Instruction>(number)) {
    if (is_read_from_context(*operation)) return found;
    if (!llvm::isa<llvm::CastInst, llvm::BinaryOperator>(operation)) return nullptr;
    if (is_for_numbers(*operation)) found = operation;
    number = operation->getOperand(0);
  }
  return nullptr;
}

}  // namespace

/// A pointer whose bits are computed with.
void check_pointer_arithmetic(const OptimisedCode& code, Diagnostics& diagnostics) {
  const auto report = [&](const llvm::Instruction& instruction) {
    diagnostics.error(
        code.locations.trail(instruction), "pointer-arithmetic",
        "computes with the bits of an address; add to addresses and subtract from them only, compute with offsets");
  };
  for_each_instruction(code.locations.unit(), code.module, [&](const llvm::Instruction& instruction) {
    for (const llvm::Value* operand : instruction.operand_values())
      if (is_pointer_number(*operand) && is_for_numbers(instruction)) report(instruction);
    if (const auto* address = llvm::dyn_cast<llvm::IntToPtrInst>(&instruction); address && is_accessed(*address))
      if (const llvm::Instruction* operation = operation_behind(*address)) report(*operation);
  });
}

}  // namespace ebpfxx::cc
