#include "base/loop_start.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether the end is the start and more, as of `first` and `first + size`.
bool is_part_of(const llvm::SCEV& start, llvm::Value& end, const llvm::Loop& loop, llvm::ICmpInst& comparison,
                NumberRanges& ranges) {
  llvm::ScalarEvolution& evolution = ranges.evolution();
  llvm::BasicBlock* before = loop.getLoopPredecessor();
  return before && llvm::any_of(loop.getHeader()->phis(), [&](llvm::PHINode& phi) {
           if (phi.getType() != start.getType()) return false;
           llvm::Value& first = *phi.getIncomingValueForBlock(before);
           const auto* more =
               llvm::dyn_cast<llvm::SCEVConstant>(evolution.getMinusSCEV(&start, evolution.getSCEV(&first)));
           return more && ranges.is_at_most_sum(first, more->getAPInt(), end, comparison);
         });
}

}  // namespace

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

bool starts_before(llvm::Value& end, const llvm::SCEVAddRecExpr& counter, llvm::ICmpInst& comparison,
                   NumberRanges& ranges, llvm::ConstantRange::PreferredRangeType type) {
  using llvm::CmpInst;
  llvm::ScalarEvolution& evolution = ranges.evolution();
  const llvm::Loop& loop = *counter.getLoop();
  const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(counter.getStepRecurrence(evolution));
  if (!step) return false;
  const bool goes_up = !step->getAPInt().isNegative(), has_sign = type == llvm::ConstantRange::Signed;
  const CmpInst::Predicate before = goes_up ? (has_sign ? CmpInst::ICMP_SLT : CmpInst::ICMP_ULT)
                                            : (has_sign ? CmpInst::ICMP_SGT : CmpInst::ICMP_UGT),
                           not_behind = CmpInst::getNonStrictPredicate(before);
  const llvm::SCEV &start = *counter.getStart(), &last = *evolution.getSCEV(&end);
  // LLVM compares what the next round begins with: a step less was tested before the loop.
  if (evolution.isLoopEntryGuardedByCond(&loop, not_behind, &start, &last) ||
      evolution.isLoopEntryGuardedByCond(&loop, before, evolution.getMinusSCEV(&start, step), &last))
    return true;
  const llvm::ConstantRange starts = starts_of(start, loop, ranges, type), ends = ranges.proven(end, comparison);
  return starts.icmp(not_behind, ends) || (goes_up && is_part_of(start, end, loop, comparison, ranges));
}

}  // namespace ebpfxx::cc
