#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

#include "base/context_address.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// The operands by which the instruction reads and writes memory, and which it does.
llvm::SmallVector<std::pair<llvm::Value*, const char*>, 2> accesses_of(llvm::Instruction& instruction) {
  if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) return {{load->getPointerOperand(), "reads"}};
  if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) return {{store->getPointerOperand(), "writes"}};
  auto* intrinsic = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction);
  if (!intrinsic) return {};
  llvm::SmallVector<std::pair<llvm::Value*, const char*>, 2> accesses = {{intrinsic->getRawDest(), "writes"}};
  if (auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(intrinsic))
    accesses.emplace_back(transfer->getRawSource(), "reads");
  return accesses;
}

}  // namespace

/// context-field: bytes of the context at an offset that is not a constant, for which there is no copy of an array.
void check_context_offset(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const llvm::Function& constant : code.module) {
    auto& function = const_cast<llvm::Function&>(constant);
    llvm::Argument* context = context_of(function, code.locations.unit());
    if (!context) continue;
    for (llvm::Instruction& instruction : llvm::instructions(function))
      for (const auto& [pointer, does] : accesses_of(instruction))
        if (const auto address = context_address(*pointer, *context); address && !address->is_taken())
          diagnostics.error(code.locations.trail(instruction), "context-field",
                            std::string(does) +
                                " the context at an offset that is not a constant; index a field that is an array of "
                                "numbers, or name the field, in each branch of an 'if' or 'switch'");
  }
}

}  // namespace ebpfxx::cc
