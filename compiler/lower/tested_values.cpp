#include "lower/tested_values.hpp"

#include <llvm/IR/InstIterator.h>
#include <llvm/Support/ModRef.h>
#include <llvm/Transforms/Scalar/GVN.h>

#include "base/function_analyses.hpp"
#include "base/helper_table.hpp"
#include "base/indexed_access.hpp"

namespace ebpfxx::cc {
namespace {

bool lacks_a_proof(llvm::Function& function, const TranslationUnit& unit, KernelVersion kernel) {
  FunctionAnalyses analyses;
  NumberRanges ranges(function, analyses.manager(), kernel);
  return llvm::any_of(indexed_accesses(function), [&](const IndexedAccess& access) {
    return judge(access, ranges, unit).outcome == Judgement::Outcome::Unproven;
  });
}

/// Returns whether the optimiser did not know the effects of a call.
bool add_effects(llvm::Function& function) {
  bool changed = false;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    const HelperInfo* helper = call ? called_helper(*call) : nullptr;
    if (!helper || !helper->only_reads_arguments()) continue;
    // What it does elsewhere, which programs cannot see, keeps two calls apart.
    call->setMemoryEffects(llvm::MemoryEffects::argMemOnly(llvm::ModRefInfo::Ref) |
                           llvm::MemoryEffects::inaccessibleMemOnly());
    changed = true;
  }
  return changed;
}

}  // namespace

void keep_tested_values(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || !lacks_a_proof(function, unit, kernel) || !add_effects(function)) continue;
    FunctionAnalyses analyses;
    llvm::GVNPass(llvm::GVNOptions().setPRE(false).setLoadPRE(false)).run(function, analyses.manager());
  }
}

}  // namespace ebpfxx::cc
