#include "lower/stack_indexes.hpp"

#include <llvm/ADT/SetVector.h>
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

/// Whether the address is one of several of a variable, of which code generation makes one with an index: of two
/// blocks, or of several choices, where all of them fit into the bits that are 0 in the variable's address.
bool is_one_of_several(llvm::Value& address) {
  llvm::SmallSetVector<llvm::Value*, 8> seen;
  seen.insert(&address);
  bool fits = true, is_nested = llvm::isa<llvm::SelectInst>(address);
  for (std::size_t next = 0; next < seen.size(); ++next) {
    llvm::Value* one = seen[next];
    is_nested |= next != 0 && llvm::isa<llvm::PHINode, llvm::SelectInst>(one);
    if (auto* phi = llvm::dyn_cast<llvm::PHINode>(one)) {
      seen.insert(phi->op_begin(), phi->op_end());
    } else if (auto* select = llvm::dyn_cast<llvm::SelectInst>(one)) {
      seen.insert(select->op_begin() + 1, select->op_end());
    } else {
      llvm::APInt offset(64, 0);
      const auto& layout = llvm::cast<llvm::Instruction>(address).getDataLayout();
      const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(
          one->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true));
      if (!variable) return false;
      fits &= offset.ult(variable->getAlign().value());
    }
  }
  return fits || !is_nested;
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
      } else if (auto* address = llvm::getPointerOperand(&instruction);
                 llvm::isa_and_nonnull<llvm::PHINode, llvm::SelectInst>(address) && is_one_of_several(*address)) {
        hide(instruction, llvm::isa<llvm::StoreInst>(instruction) ? llvm::StoreInst::getPointerOperandIndex() : 0);
      }
  });
}

}  // namespace ebpfxx::cc
