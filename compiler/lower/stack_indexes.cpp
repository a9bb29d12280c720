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

/// Whether the address is one of several of a variable, of which code generation makes one with an index.
bool is_one_of_several(const llvm::Value& address) {
  const auto* meeting = llvm::dyn_cast<llvm::PHINode>(&address);
  return meeting && llvm::all_of(meeting->incoming_values(), [&](const llvm::Use& one) {
           llvm::APInt offset(64, 0);
           return llvm::isa<llvm::AllocaInst>(
               one->stripAndAccumulateConstantOffsets(meeting->getDataLayout(), offset, /*AllowNonInbounds=*/true));
         });
}

void hide(llvm::Instruction& user, unsigned operand) {
  llvm::IRBuilder<> builder(&user);
  user.setOperand(operand, make_opaque(builder, *user.getOperand(operand)));
}

}  // namespace

void hide_stack_alignment(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function& function, NumberRanges& ranges) {
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction)) {
        if (adds_below_alignment(*step, ranges)) hide(*step, llvm::GetElementPtrInst::getPointerOperandIndex());
      } else if (const auto* address = llvm::getPointerOperand(&instruction); address && is_one_of_several(*address)) {
        hide(instruction, llvm::isa<llvm::StoreInst>(instruction) ? llvm::StoreInst::getPointerOperandIndex() : 0);
      }
  });
}

}  // namespace ebpfxx::cc
