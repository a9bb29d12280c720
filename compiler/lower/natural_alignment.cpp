#include "lower/natural_alignment.hpp"

#include <llvm/ADT/SmallVector.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>

namespace ebpfxx::cc {
namespace {

constexpr llvm::Align largest = llvm::Align::Constant<8>();

bool may_be_on_stack(const llvm::Value* pointer, bool follow_loads = true) {
  llvm::SmallVector<const llvm::Value*, 8> objects;
  llvm::getUnderlyingObjects(pointer, objects, /*LI=*/nullptr, /*MaxLookup=*/0);
  for (const llvm::Value* object : objects) {
    if (llvm::isa<llvm::AllocaInst, llvm::PHINode, llvm::SelectInst>(object)) return true;
    // A subprogram's argument may point into its caller's frame; a program's is the context.
    if (const auto* argument = llvm::dyn_cast<llvm::Argument>(object); argument && !argument->getParent()->hasSection())
      return true;
    // A pointer that was itself kept on the stack may point anywhere; one step is enough, and lists have cycles.
    const auto* load = follow_loads ? llvm::dyn_cast<llvm::LoadInst>(object) : nullptr;
    if (load && may_be_on_stack(load->getPointerOperand(), /*follow_loads=*/false)) return true;
  }
  return false;
}

/// The alignment to claim for an access of `type` that has `current`.
llvm::Align natural(llvm::Type* type, llvm::Align current, const llvm::DataLayout& layout) {
  const uint64_t size = layout.getTypeStoreSize(type);
  const bool is_register_sized = size == 2 || size == 4 || size == 8;
  return is_register_sized && current.value() < size ? llvm::Align(size) : current;
}

template <class Access>
bool raise(Access& access, llvm::Type* type, const llvm::DataLayout& layout) {
  const llvm::Align wanted = natural(type, access.getAlign(), layout);
  if (wanted == access.getAlign() || may_be_on_stack(access.getPointerOperand())) return false;
  access.setAlignment(wanted);
  return true;
}

bool raise(llvm::MemIntrinsic& access) {
  bool changed = false;
  if (access.getDestAlign().valueOrOne() < largest && !may_be_on_stack(access.getRawDest())) {
    access.setDestAlignment(largest);
    changed = true;
  }
  auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(&access);
  if (transfer && transfer->getSourceAlign().valueOrOne() < largest && !may_be_on_stack(transfer->getRawSource())) {
    transfer->setSourceAlignment(largest);
    changed = true;
  }
  return changed;
}

}  // namespace

llvm::PreservedAnalyses NaturalAlignmentPass::run(llvm::Function& function, llvm::FunctionAnalysisManager&) {
  const llvm::DataLayout& layout = function.getParent()->getDataLayout();
  bool changed = false;
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block) {
      if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) changed |= raise(*load, load->getType(), layout);
      if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction))
        changed |= raise(*store, store->getValueOperand()->getType(), layout);
      if (auto* access = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction)) changed |= raise(*access);
    }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace ebpfxx::cc
