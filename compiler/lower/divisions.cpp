#include "lower/divisions.hpp"

#include <llvm/Analysis/SimplifyQuery.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/Local.h>

#include "base/low_bits.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// Those of instructions.
constexpr unsigned most_bits = 64;
/// The first with BPF_SDIV and BPF_SMOD, which LLVM has with -mcpu=v4.
constexpr KernelVersion first_with_signed_division = {6, 6};

bool divides_by_variable(const llvm::Instruction& instruction) {
  return instruction.isIntDivRem() && !llvm::isa<llvm::Constant>(instruction.getOperand(1)) &&
         instruction.getType()->isIntegerTy();
}

llvm::Value* result_of_zero(llvm::BinaryOperator& division) {
  const auto operation = division.getOpcode();
  const bool is_remainder = operation == llvm::Instruction::URem || operation == llvm::Instruction::SRem;
  return is_remainder ? division.getOperand(0) : llvm::Constant::getNullValue(division.getType());
}

void define(llvm::BinaryOperator& division) {
  llvm::IRBuilder<> builder(&division);
  llvm::Value* divisor = division.getOperand(1);
  llvm::Constant* zero = llvm::Constant::getNullValue(division.getType());
  llvm::Value* is_zero = builder.CreateICmpEQ(divisor, zero);
  llvm::Constant* one = llvm::ConstantInt::get(division.getType(), 1);
  division.setOperand(1, builder.CreateSelect(is_zero, one, divisor));
  builder.SetInsertPoint(division.getNextNode());
  llvm::Value* result = builder.CreateSelect(is_zero, result_of_zero(division), &division);
  division.replaceUsesWithIf(result, [&](const llvm::Use& use) { return use.getUser() != result; });
}

bool is_test_of_zero(llvm::Value* condition, const llvm::Value* variable) {
  llvm::ICmpInst::Predicate predicate;
  llvm::Value* tested = nullptr;
  return match(condition, m_ICmp(predicate, m_Value(tested), m_Zero())) && predicate == llvm::ICmpInst::ICMP_EQ &&
         low_bits(tested) == low_bits(variable);
}

/// What `divisor` is, where 1 was put for 0, maybe of another width; null when it is something else.
llvm::Value* without_one_for_zero(llvm::Value* divisor) {
  llvm::Value *variable = nullptr, *condition = nullptr;
  while (llvm::isa<llvm::ZExtInst>(divisor) || match(divisor, m_NUWTrunc(m_Value())))
    divisor = llvm::cast<llvm::Instruction>(divisor)->getOperand(0);
  if (match(divisor, m_Intrinsic<llvm::Intrinsic::umax>(m_Value(variable), m_One()))) return variable;
  const bool is_chosen = match(divisor, m_Select(m_Value(condition), m_One(), m_Value(variable)));
  return is_chosen && is_test_of_zero(condition, variable) ? variable : nullptr;
}

/// Whether `user` is `result`, a quotient or remainder, for a `divisor` that is not 0, and what BPF gives for 0.
bool chooses_for_zero(llvm::User* user, const llvm::Value& result, const llvm::Value& divisor,
                      const llvm::Value& for_zero) {
  llvm::Value *condition = nullptr, *other = nullptr;
  if (!match(user, m_Select(m_Value(condition), m_Value(other), m_Specific(&result)))) return false;
  const bool both_zero = match(other, m_Zero()) && match(&for_zero, m_Zero());
  return (both_zero || low_bits(other) == low_bits(&for_zero)) && is_test_of_zero(condition, &divisor);
}

void restore(llvm::BinaryOperator& division, const llvm::DominatorTree& dominators) {
  llvm::Value* divisor = without_one_for_zero(division.getOperand(1));
  if (!divisor) return;
  const llvm::Value& for_zero = *result_of_zero(division);
  llvm::Value& result = division.hasOneUse() && llvm::isa<llvm::ZExtInst>(*division.user_begin())
                            ? llvm::cast<llvm::Value>(**division.user_begin())
                            : division;
  const auto chooses = [&](llvm::User* user) { return chooses_for_zero(user, result, *divisor, for_zero); };
  // Else the source itself divides by 1 for 0, or LLVM knows more of the choice than is seen here.
  const llvm::SimplifyQuery here(division.getModule()->getDataLayout(), &dominators, /*AC=*/nullptr, &division);
  if (!llvm::all_of(result.users(), chooses) && !llvm::isKnownNonZero(divisor, here)) return;
  llvm::Value* before = division.getOperand(1);
  llvm::IRBuilder<> builder(&division);
  division.setOperand(1, builder.CreateZExtOrTrunc(divisor, division.getType()));
  llvm::RecursivelyDeleteTriviallyDeadInstructions(before);
  for (llvm::User* user : llvm::make_early_inc_range(result.users()))
    if (chooses(user)) {
      user->replaceAllUsesWith(&result);
      llvm::RecursivelyDeleteTriviallyDeadInstructions(user);
    }
}

llvm::SmallVector<llvm::BinaryOperator*, 8> divisions(llvm::Function& function) {
  llvm::SmallVector<llvm::BinaryOperator*, 8> found;
  for (llvm::Instruction& instruction : llvm::instructions(function))
    if (divides_by_variable(instruction)) found.push_back(llvm::cast<llvm::BinaryOperator>(&instruction));
  return found;
}

/// The quotient of an exact division: what is left of the number once the divisor's factors of 2 are shifted out, times
/// the inverse of the odd rest.
llvm::Value* exact_quotient(llvm::BinaryOperator& division, const llvm::APInt& divisor) {
  llvm::IRBuilder<> builder(&division);
  const unsigned twos = divisor.countr_zero();
  const bool is_signed = division.getOpcode() == llvm::Instruction::SDiv;
  llvm::Value* number = division.getOperand(0);
  if (twos != 0)
    number = is_signed ? builder.CreateAShr(number, twos, "", /*isExact=*/true)
                       : builder.CreateLShr(number, twos, "", /*isExact=*/true);
  const llvm::APInt odd = is_signed ? divisor.ashr(twos) : divisor.lshr(twos);
  return odd.isOne() ? number : builder.CreateMul(number, builder.getInt(odd.multiplicativeInverse()));
}

/// The number, or its contrary where `sign`, all bits of which are a number's highest, is -1.
llvm::Value* with_sign(llvm::IRBuilder<>& builder, llvm::Value* number, llvm::Value* sign) {
  return builder.CreateSub(builder.CreateXor(number, sign), sign);
}

/// The quotient or remainder of signed numbers, made of that of the numbers without their signs, or of a shift.
llvm::Value* signed_result(llvm::BinaryOperator& division) {
  llvm::IRBuilder<> builder(&division);
  llvm::Value *number = division.getOperand(0), *divisor = division.getOperand(1);
  const unsigned highest = number->getType()->getIntegerBitWidth() - 1;
  const bool is_quotient = division.getOpcode() == llvm::Instruction::SDiv;
  llvm::Value* sign = builder.CreateAShr(number, highest);
  const llvm::APInt* constant = nullptr;
  if (match(divisor, m_APInt(constant)) && constant->isStrictlyPositive() && constant->isPowerOf2()) {
    const unsigned bits = constant->logBase2();
    llvm::Value* rounded = bits == 0 ? number : builder.CreateAdd(number, builder.CreateLShr(sign, highest + 1 - bits));
    return is_quotient ? builder.CreateAShr(rounded, bits)
                       : builder.CreateSub(number, builder.CreateAnd(rounded, builder.getInt(-*constant)));
  }
  llvm::Value* divisor_sign = builder.CreateAShr(divisor, highest);
  llvm::Value* positive = with_sign(builder, number, sign);
  llvm::Value* by = with_sign(builder, divisor, divisor_sign);
  return is_quotient ? with_sign(builder, builder.CreateUDiv(positive, by), builder.CreateXor(sign, divisor_sign))
                     : with_sign(builder, builder.CreateURem(positive, by), sign);
}

}  // namespace

void lower_signed_divisions(llvm::Module& module, KernelVersion kernel) {
  if (kernel >= first_with_signed_division) return;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      if (!match(&instruction, m_CombineOr(m_SDiv(m_Value(), m_Value()), m_SRem(m_Value(), m_Value()))) ||
          !instruction.getType()->isIntegerTy() || instruction.getType()->getIntegerBitWidth() > most_bits)
        continue;
      auto& division = llvm::cast<llvm::BinaryOperator>(instruction);
      division.replaceAllUsesWith(signed_result(division));
      division.eraseFromParent();
    }
}

void lower_exact_divisions(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      const llvm::APInt* divisor = nullptr;
      if (!match(&instruction, m_Exact(m_IDiv(m_Value(), m_APInt(divisor)))) || divisor->isZero()) continue;
      auto& division = llvm::cast<llvm::BinaryOperator>(instruction);
      division.replaceAllUsesWith(exact_quotient(division, *divisor));
      division.eraseFromParent();
    }
}

void define_divisions(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::BinaryOperator* division : divisions(function)) define(*division);
}

void restore_divisions(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    const llvm::DominatorTree dominators(function);
    for (llvm::BinaryOperator* division : divisions(function)) restore(*division, dominators);
  }
}

}  // namespace ebpfxx::cc
