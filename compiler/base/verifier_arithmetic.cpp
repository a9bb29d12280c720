#include "base/verifier_arithmetic.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using llvm::ConstantRange;

ConstantRange any(const llvm::Value& number) { return ConstantRange::getFull(number.getType()->getIntegerBitWidth()); }

/// From 0 to as many ones as the greatest number has binary digits, as the verifier sees `|` and `^`.
ConstantRange bits_of(const ConstantRange& left, const ConstantRange& right) {
  const unsigned digits = std::max(left.getUnsignedMax().getActiveBits(), right.getUnsignedMax().getActiveBits());
  const unsigned width = left.getBitWidth();
  return ConstantRange::getNonEmpty(llvm::APInt(width, 0), llvm::APInt::getLowBitsSet(width, digits) + 1);
}

/// scalar_min_max_mul: bounds are kept of factors of half the width.
bool follows_product(const ConstantRange& left, const ConstantRange& right) {
  const unsigned half = left.getBitWidth() / 2;
  return left.getUnsignedMax().getActiveBits() <= half && right.getUnsignedMax().getActiveBits() <= half;
}

/// Becomes an `|` of two variables.
bool is_rotation(const llvm::IntrinsicInst& intrinsic) {
  return intrinsic.getIntrinsicID() == llvm::Intrinsic::fshl || intrinsic.getIntrinsicID() == llvm::Intrinsic::fshr;
}

/// Becomes an `|` of bytes.
bool is_read_bytewise(const llvm::LoadInst& load) {
  return load.getAlign().value() < load.getDataLayout().getTypeStoreSize(load.getType());
}

/// Whether the number may be in a register whose upper half the verifier has forgotten. A comparison of 32 bits tells
/// it nothing of that half.
bool may_be_forgotten(const llvm::Value& number, KernelVersion kernel) {
  llvm::SmallPtrSet<const llvm::Value*, 8> seen;
  llvm::SmallVector<const llvm::Value*> rest = {&number};
  while (!rest.empty()) {
    const llvm::Value* value = rest.pop_back_val();
    if (!seen.insert(value).second) continue;
    if (const llvm::Value* shown = behind_opaque(*value)) {
      rest.push_back(shown);
    } else if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(value); load && is_read_bytewise(*load)) {
      if (kernel < first_to_relate_registers) return true;
    } else if (const auto* rotation = llvm::dyn_cast<llvm::IntrinsicInst>(value); rotation && is_rotation(*rotation)) {
      if (kernel < first_to_relate_registers) return true;
    } else if (const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(value)) {
      if (forgets_register(*operation, kernel)) return true;
    } else if (const auto* choice = llvm::dyn_cast<llvm::SelectInst>(value)) {
      rest.append({choice->getTrueValue(), choice->getFalseValue()});
    } else if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(value)) {
      rest.append(phi->value_op_begin(), phi->value_op_end());
    } else if (const auto* least = llvm::dyn_cast<llvm::MinMaxIntrinsic>(value)) {
      rest.append({least->getLHS(), least->getRHS()});
    } else if (llvm::isa<llvm::TruncInst>(value)) {
      // Behind a choice, its lower half is taken without an instruction that clears the upper one.
      if (value != &number) return true;
    } else if (llvm::isa<llvm::FreezeInst, llvm::ZExtInst>(value)) {
      rest.push_back(llvm::cast<llvm::Instruction>(value)->getOperand(0));
    }
  }
  return false;
}

}  // namespace

bool forgets_register(const llvm::BinaryOperator& operation, KernelVersion kernel) {
  const llvm::Value& left = *operation.getOperand(0);
  const llvm::Value& right = *operation.getOperand(1);
  const bool is_of_variables = !llvm::isa<llvm::ConstantInt>(left) && !llvm::isa<llvm::ConstantInt>(right);
  switch (operation.getOpcode()) {
    case llvm::Instruction::Add:
    case llvm::Instruction::And:
      return false;
    case llvm::Instruction::Sub:
      return kernel < first_to_relate_registers && match(&left, llvm::PatternMatch::m_ZeroInt());
    case llvm::Instruction::Mul:
    case llvm::Instruction::Or:
    case llvm::Instruction::Xor:
      return kernel < first_to_relate_registers && is_of_variables;
    case llvm::Instruction::Shl:
    case llvm::Instruction::LShr:
    case llvm::Instruction::AShr:
      return !llvm::isa<llvm::ConstantInt>(right);
    default:
      return true;
  }
}

bool is_compared_masked(const llvm::Value& number) {
  return number.getType()->getIntegerBitWidth() < 32 && !llvm::isa<llvm::LoadInst>(number);
}

ConstantRange followed_result(const llvm::BinaryOperator& operation, const ConstantRange& left,
                              const ConstantRange& right, KernelVersion kernel) {
  if (forgets_register(operation, kernel)) return any(operation);
  switch (operation.getOpcode()) {
    case llvm::Instruction::Mul:
      return follows_product(left, right) ? left.multiply(right) : any(operation);
    case llvm::Instruction::Or:
    case llvm::Instruction::Xor:
      return bits_of(left, right);
    default:
      return left.binaryOp(operation.getOpcode(), right);
  }
}

ConstantRange followed_extension(const llvm::CastInst& extension, const ConstantRange& source, KernelVersion kernel) {
  const llvm::Value& number = *extension.getOperand(0);
  const unsigned width = extension.getType()->getIntegerBitWidth();
  if (width <= 32) return source.zeroExtend(width);
  if (may_be_forgotten(number, kernel)) return ConstantRange::getFull(width);
  // What LLVM knows to fit into a few bits is not masked again, so the verifier has all of a register's lower half.
  const bool is_unmasked = source.isFullSet() && source.getBitWidth() < 32 && llvm::isa<llvm::BinaryOperator>(number);
  return (is_unmasked ? ConstantRange::getFull(32) : source).zeroExtend(width);
}

}  // namespace ebpfxx::cc
