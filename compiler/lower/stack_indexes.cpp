#include "lower/stack_indexes.hpp"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/InstIterator.h>

#include "base/function_ranges.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether an index of `step` may fit into the bits that are 0 in an address on the stack.
bool adds_below_alignment(llvm::GetElementPtrInst& step, NumberRanges& ranges) {
  const llvm::DataLayout& layout = step.getDataLayout();
  const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(llvm::getUnderlyingObject(step.getPointerOperand()));
  if (!variable) return false;
  llvm::MapVector<llvm::Value*, llvm::APInt> indexes;
  llvm::APInt constant(64, 0);
  if (!step.collectOffset(layout, 64, indexes, constant)) return true;
  return llvm::any_of(indexes, [&](const auto& term) {
    const auto& [index, scale] = term;
    const llvm::ConstantRange bytes = ranges.proven(*index, step).sextOrTrunc(64).multiply(llvm::ConstantRange(scale));
    return bytes.getUnsignedMax().ult(variable->getAlign().value());
  });
}

void hide_alignment(llvm::GetElementPtrInst& step) {
  llvm::IRBuilder<> builder(&step);
  step.setOperand(0, make_opaque(builder, *step.getPointerOperand()));
}

}  // namespace

void hide_stack_alignment(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function& function, NumberRanges& ranges) {
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction))
        if (adds_below_alignment(*step, ranges)) hide_alignment(*step);
  });
}

}  // namespace ebpfxx::cc
