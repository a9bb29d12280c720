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

/// `i != count` of a number that is counted up one by one, and is not above the count at first, becomes `i < count`.
void make_relational(llvm::ICmpInst& comparison, const llvm::Loop& loop, llvm::ScalarEvolution& evolution) {
  if (!comparison.isEquality() || !comparison.getOperand(0)->getType()->isIntegerTy()) return;
  for (const unsigned side : {0U, 1U}) {
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(comparison.getOperand(side)));
    const llvm::SCEV* limit = evolution.getSCEV(comparison.getOperand(1 - side));
    if (!counter || counter->getLoop() != &loop || !counter->isAffine() || !evolution.isLoopInvariant(limit, &loop) ||
        !counter->getStepRecurrence(evolution)->isOne() || llvm::isa<llvm::SCEVConstant>(limit) ||
        !evolution.isLoopEntryGuardedByCond(&loop, llvm::CmpInst::ICMP_ULE, counter->getStart(), limit))
      continue;
    const bool goes_on = comparison.getPredicate() == llvm::CmpInst::ICMP_NE;
    const auto predicate = goes_on ? llvm::CmpInst::ICMP_ULT : llvm::CmpInst::ICMP_UGE;
    comparison.setPredicate(side == 0 ? predicate : llvm::CmpInst::getSwappedPredicate(predicate));
    return;
  }
}

/// Whether the comparison ends the loop before it goes on to another round.
bool ends(const llvm::ICmpInst& comparison, const llvm::Loop& loop) {
  const auto* branch = llvm::dyn_cast<llvm::BranchInst>(comparison.getParent()->getTerminator());
  return branch && branch->isConditional() && branch->getCondition() == &comparison &&
         loop.isLoopExiting(comparison.getParent()) && comparison.getParent() == loop.getLoopLatch();
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
      if (ends(*comparison, *loop)) make_relational(*comparison, *loop, evolution);
      if (llvm::isa<llvm::Constant>(comparison->getOperand(1))) continue;
      if (is_known_in_each_turn(comparison->getOperand(0), evolution)) comparison->swapOperands();
    }
  }
}

}  // namespace ebpfxx::cc
