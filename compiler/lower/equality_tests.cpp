#include "lower/equality_tests.hpp"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

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

}  // namespace

void make_equality_tests_relational(llvm::Module& module, KernelVersion kernel) {
  if (kernel >= first_to_learn_from_inequality) return;
  for_each_function(module, kernel, [](llvm::Function& function, NumberRanges& ranges) {
    for (llvm::Instruction& instruction : llvm::instructions(function))
      if (auto* test = llvm::dyn_cast<llvm::ICmpInst>(&instruction)) make_relational(*test, ranges);
  });
}

}  // namespace ebpfxx::cc
