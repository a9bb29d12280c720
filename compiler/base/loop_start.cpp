#include "base/loop_start.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>

namespace ebpfxx::cc {

llvm::ConstantRange starts_of(const llvm::SCEV& start, const llvm::Loop& loop, NumberRanges& ranges,
                              llvm::ConstantRange::PreferredRangeType type) {
  llvm::ScalarEvolution& evolution = ranges.evolution();
  const auto guarded = [&](const llvm::SCEV& formula) {
    const llvm::SCEV* with_guards = evolution.applyLoopGuards(&formula, &loop);
    return type == llvm::ConstantRange::Signed ? evolution.getSignedRange(with_guards)
                                               : evolution.getUnsignedRange(with_guards);
  };
  llvm::ConstantRange starts = guarded(start);
  llvm::BasicBlock* before = loop.getLoopPredecessor();
  for (llvm::PHINode& phi : loop.getHeader()->phis()) {
    if (!before || phi.getType() != start.getType()) continue;
    llvm::Value& first = *phi.getIncomingValueForBlock(before);
    const llvm::SCEV& formula = *evolution.getSCEV(&first);
    const auto* more = llvm::dyn_cast<llvm::SCEVConstant>(evolution.getMinusSCEV(&start, &formula));
    if (!more) continue;
    const llvm::ConstantRange proven =
        ranges.proven(first, *before->getTerminator()).intersectWith(guarded(formula), type);
    starts = starts.intersectWith(proven.add(more->getAPInt()), type);
  }
  return starts;
}

}  // namespace ebpfxx::cc
