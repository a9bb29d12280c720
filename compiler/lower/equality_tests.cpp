#include "lower/equality_tests.hpp"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

#include "base/function_ranges.hpp"
#include "base/verifier_arithmetic.hpp"

namespace ebpfxx::cc {
namespace {

void make_relational(llvm::ICmpInst& test, NumberRanges& ranges) {
  const auto* limit = llvm::dyn_cast<llvm::ConstantInt>(test.getOperand(1));
  if (!test.isEquality() || !limit || limit->isZero() || ranges.is_counter(*test.getOperand(0))) return;
  const llvm::ConstantRange proven = ranges.proven(*test.getOperand(0), test);
  const bool is_equal = test.getPredicate() == llvm::CmpInst::ICMP_EQ;
  if (proven.getUnsignedMax() == limit->getValue())
    test.setPredicate(is_equal ? llvm::CmpInst::ICMP_UGE : llvm::CmpInst::ICMP_ULT);
  else if (proven.getUnsignedMin() == limit->getValue())
    test.setPredicate(is_equal ? llvm::CmpInst::ICMP_ULE : llvm::CmpInst::ICMP_UGT);
}

/// Whether it asks whether a number that counts down by 1 has come to 0.
bool ends_count_down(const llvm::ICmpInst& test, const NumberRanges& ranges) {
  using namespace llvm::PatternMatch;
  const llvm::Value& left = *test.getOperand(0);
  return test.isEquality() && match(test.getOperand(1), m_Zero()) && left.getType()->isIntegerTy() &&
         match(&left, m_Add(m_Value(), m_AllOnes())) && ranges.is_counter(left);
}

/// A count down by 1 that goes on until 0, or -1 behind it, goes on while it is above. Code generation tests the next
/// number for one of the two.
void keep_count_below_zero(llvm::ICmpInst& test, NumberRanges& ranges) {
  using namespace llvm::PatternMatch;
  llvm::Value* left = test.getOperand(0);
  if (!test.isEquality() || !left->getType()->isIntegerTy() || !ranges.is_counter(*left)) return;
  if (auto* phi = llvm::dyn_cast<llvm::PHINode>(left); phi && match(test.getOperand(1), m_Zero())) {
    const auto next = llvm::find_if(phi->users(), [&](llvm::User* user) {
      return match(user, m_Add(m_Specific(phi), m_AllOnes())) &&
             ranges.dominators().dominates(llvm::cast<llvm::Instruction>(user), &test);
    });
    if (next == phi->user_end()) return;
    left = *next;
  } else if (!match(left, m_Add(m_Value(), m_AllOnes())) || !match(test.getOperand(1), m_AllOnes())) {
    return;
  }
  if (ranges.proven(*left, test).getSignedMin().slt(-1)) return;
  const bool is_equal = test.getPredicate() == llvm::CmpInst::ICMP_EQ;
  test.setPredicate(is_equal ? llvm::CmpInst::ICMP_SLE : llvm::CmpInst::ICMP_SGT);
  test.setOperand(0, left);
  test.setOperand(1, llvm::Constant::getAllOnesValue(left->getType()));
}

void keep_count_down(llvm::ICmpInst& test, const NumberRanges& ranges) {
  if (!ends_count_down(test, ranges)) return;
  const bool is_equal = test.getPredicate() == llvm::CmpInst::ICMP_EQ;
  test.setPredicate(is_equal ? llvm::CmpInst::ICMP_ULE : llvm::CmpInst::ICMP_UGT);
}

}  // namespace

void make_equality_tests_relational(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [kernel](llvm::Function& function, NumberRanges& ranges) {
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* test = llvm::dyn_cast<llvm::ICmpInst>(&instruction);
      if (!test) continue;
      keep_count_down(*test, ranges);
      if (kernel >= first_to_learn_from_inequality) continue;
      make_relational(*test, ranges);
      keep_count_below_zero(*test, ranges);
    }
  });
}

}  // namespace ebpfxx::cc
