#include "lower/loop_conditions.hpp"

#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {
namespace {

/// Whether `value` is a constant in each turn of its loop.
bool is_known_in_each_turn(llvm::Value* value, llvm::ScalarEvolution& evolution) {
  if (!evolution.isSCEVable(value->getType())) return false;
  const auto* turns = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(value));
  return turns && turns->isAffine() && llvm::isa<llvm::SCEVConstant>(turns->getStart()) &&
         llvm::isa<llvm::SCEVConstant>(turns->getStepRecurrence(evolution));
}

}  // namespace

void order_loop_conditions(llvm::Module& module) {
  const llvm::TargetLibraryInfoImpl library_functions(llvm::Triple(module.getTargetTriple()));
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    llvm::DominatorTree dominators(function);
    llvm::LoopInfo loops(dominators);
    llvm::AssumptionCache assumptions(function);
    llvm::TargetLibraryInfo library(library_functions, &function);
    llvm::ScalarEvolution evolution(function, library, assumptions, dominators, loops);
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&instruction);
      const llvm::Loop* loop = comparison ? loops.getLoopFor(comparison->getParent()) : nullptr;
      if (!loop) continue;
      if (llvm::isa<llvm::Constant>(comparison->getOperand(1))) continue;
      if (is_known_in_each_turn(comparison->getOperand(0), evolution)) comparison->swapOperands();
    }
  }
}

}  // namespace ebpfxx::cc
