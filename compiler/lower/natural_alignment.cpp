#include "lower/natural_alignment.hpp"

#include <llvm/ADT/SmallVector.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/Local.h>

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

/// The alignment that an access through `pointer` may claim, up to `wanted`. Variables on the stack are moved to where
/// it holds.
llvm::Align reachable_alignment(llvm::Value* pointer, llvm::Align wanted, const llvm::DataLayout& layout,
                                const llvm::Instruction& access) {
  if (!may_be_on_stack(pointer)) return wanted;
  return std::min(wanted, llvm::getOrEnforceKnownAlignment(pointer, wanted, layout, &access));
}

template <class Access>
bool raise(Access& access, llvm::Type* type, const llvm::DataLayout& layout) {
  const uint64_t size = layout.getTypeStoreSize(type);
  if ((size != 2 && size != 4 && size != 8) || access.getAlign().value() >= size) return false;
  const llvm::Align reached = reachable_alignment(access.getPointerOperand(), llvm::Align(size), layout, access);
  if (reached <= access.getAlign()) return false;
  access.setAlignment(reached);
  return true;
}

bool raise(llvm::MemIntrinsic& access, const llvm::DataLayout& layout) {
  bool changed = false;
  const llvm::Align to = reachable_alignment(access.getRawDest(), largest, layout, access);
  if (access.getDestAlign().valueOrOne() < to) {
    access.setDestAlignment(to);
    changed = true;
  }
  auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(&access);
  if (!transfer) return changed;
  const llvm::Align from = reachable_alignment(transfer->getRawSource(), largest, layout, access);
  if (transfer->getSourceAlign().valueOrOne() < from) {
    transfer->setSourceAlignment(from);
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
      if (auto* access = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction)) changed |= raise(*access, layout);
    }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace ebpfxx::cc
