#include "base/copied_number.hpp"

#include "base/low_bits.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether what takes the number besides the choice may run behind it.
bool is_needed_behind(const llvm::Value& number, const llvm::Instruction& choice,
                      const llvm::DominatorTree& dominators) {
  return llvm::any_of(number.users(), [&](const llvm::User* user) {
    const auto* other = llvm::cast<llvm::Instruction>(user);
    // Code generation may move what is in the same block.
    return other != &choice && (other->getParent() == choice.getParent() || !dominators.dominates(other, &choice));
  });
}

}  // namespace

bool is_copied_for(const llvm::Value& number, const llvm::Instruction& choice, const llvm::DominatorTree& dominators) {
  if (number.getType()->getIntegerBitWidth() > 32) return false;
  if (is_needed_behind(number, choice, dominators)) return true;
  // Of the same bits of a number in one block, code generation makes one value.
  const LowBits bits = low_bits(&number);
  return bits.number != &number && llvm::any_of(bits.number->users(), [&](const llvm::User* user) {
           const auto* other = llvm::cast<llvm::Instruction>(user);
           return other != &number && other->getType()->isIntegerTy() && low_bits(other) == bits &&
                  is_needed_behind(*other, choice, dominators);
         });
}

bool is_copied_into(const llvm::PHINode& phi, unsigned incoming, const llvm::LoopInfo& loops,
                    const llvm::DominatorTree& dominators) {
  llvm::Value* value = phi.getIncomingValue(incoming);
  if (phi.getType()->getIntegerBitWidth() > 32 || llvm::isa<llvm::Constant>(value) ||
      loops.isLoopHeader(phi.getParent()))
    return false;
  const llvm::BasicBlock* from = phi.getIncomingBlock(incoming);
  return llvm::any_of(llvm::zip_equal(phi.incoming_values(), phi.blocks()), [&](const auto& other) {
    const auto& [number, block] = other;
    // A constant is put there before the branch, while the value is kept in another register.
    if (llvm::isa<llvm::Constant>(number))
      return block != from && dominators.dominates(block, from) && dominators.dominates(value, block->getTerminator());
    return number != value;
  });
}

}  // namespace ebpfxx::cc
