#include "lower/stack_indexes.hpp"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/Support/KnownBits.h>

#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether an index of `step` may fit into the bits that are 0 in an address on the stack.
bool adds_below_alignment(const llvm::GetElementPtrInst& step, const llvm::DataLayout& layout) {
  const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(llvm::getUnderlyingObject(step.getPointerOperand()));
  if (!variable) return false;
  llvm::MapVector<llvm::Value*, llvm::APInt> indexes;
  llvm::APInt constant(64, 0);
  if (!step.collectOffset(layout, 64, indexes, constant)) return true;
  return llvm::any_of(indexes, [&](const auto& term) {
    const auto& [index, scale] = term;
    const llvm::KnownBits known = llvm::computeKnownBits(index, layout).sextOrTrunc(64);
    const llvm::KnownBits bytes = llvm::KnownBits::mul(known, llvm::KnownBits::makeConstant(scale));
    return bytes.getMaxValue().ult(variable->getAlign().value());
  });
}

void hide_alignment(llvm::GetElementPtrInst& step) {
  llvm::IRBuilder<> builder(&step);
  step.setOperand(0, make_opaque(builder, *step.getPointerOperand()));
}

}  // namespace

void hide_stack_alignment(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction))
        if (adds_below_alignment(*step, module.getDataLayout())) hide_alignment(*step);
}

}  // namespace ebpfxx::cc
