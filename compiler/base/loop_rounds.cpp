#include "base/loop_rounds.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

#include <llvm/Support/MathExtras.h>

#include <limits>

#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;
using llvm::CmpInst;

/// What becomes an instruction of BPF, as a rule.
bool counts(const llvm::Instruction& instruction) {
  if (const auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
    return intrinsic->mayReadOrWriteMemory() && !intrinsic->isAssumeLikeIntrinsic();
  return llvm::isa<llvm::LoadInst, llvm::StoreInst, llvm::BinaryOperator, llvm::CallInst>(instruction) ||
         (llvm::isa<llvm::BranchInst>(instruction) && llvm::cast<llvm::BranchInst>(instruction).isConditional());
}

/// What the verifier may walk for a body that a helper runs: in 31 rounds around it as many steps as a loop may have.
/// From 64 on it forgets how it left the helper before it could use that (is_state_visited in kernel/bpf/verifier.c),
/// and 100 rounds around one of two values take it more than a million.
constexpr uint64_t steps_of_function = 8000;

bool runs_function(const llvm::CallBase& call) {
  return llvm::any_of(call.args(), [](const llvm::Use& argument) { return llvm::isa<llvm::Function>(argument); });
}

/// The rounds until the number, a polynomial of the round as `n * n` is, first does not compare so with `limit`. Empty
/// where they are more than the verifier walks: a number that wraps around may never come to that.
std::optional<uint64_t> rounds_until(const llvm::SCEVAddRecExpr& number, CmpInst::Predicate goes_on,
                                     const llvm::APInt& limit) {
  llvm::SmallVector<llvm::APInt> terms;
  for (const llvm::SCEV* term : number.operands()) terms.push_back(llvm::cast<llvm::SCEVConstant>(term)->getAPInt());
  for (uint64_t rounds = 1; rounds <= most_verifier_steps; ++rounds) {
    if (!llvm::ICmpInst::compare(terms[0], limit, goes_on)) return rounds;
    for (std::size_t i = 0; i + 1 != terms.size(); ++i) terms[i] += terms[i + 1];
  }
  return std::nullopt;
}

}  // namespace

std::optional<uint64_t> LoopRounds::most(const llvm::Loop& loop, llvm::ICmpInst& comparison, bool truth) {
  llvm::ScalarEvolution& evolution = ranges_.evolution();
  if (!evolution.isSCEVable(comparison.getOperand(0)->getType())) return std::nullopt;
  CmpInst::Predicate predicate = truth ? comparison.getPredicate() : comparison.getInversePredicate();
  llvm::Value *counter = comparison.getOperand(0), *limit = comparison.getOperand(1);
  const auto formula_of = [&](llvm::Value* value) {
    const auto* formula = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(value));
    const auto is_constant = [](const llvm::SCEV* term) { return llvm::isa<llvm::SCEVConstant>(term); };
    return formula && formula->getLoop() == &loop &&
                   (formula->isAffine() || llvm::all_of(formula->operands(), is_constant))
               ? formula
               : nullptr;
  };
  if (!formula_of(counter)) {
    std::swap(counter, limit);
    predicate = CmpInst::getSwappedPredicate(predicate);
  }
  const llvm::SCEVAddRecExpr* formula = formula_of(counter);
  if (formula && !formula->isAffine() && !formula_of(limit) && limit->getType()->isIntegerTy()) {
    if (!CmpInst::isRelational(predicate)) return std::nullopt;
    const llvm::ConstantRange limits = ranges_.proven(*limit, comparison);
    const bool is_up = llvm::ICmpInst::isLT(predicate) || llvm::ICmpInst::isLE(predicate);
    const llvm::APInt last = CmpInst::isSigned(predicate) ? (is_up ? limits.getSignedMax() : limits.getSignedMin())
                                                          : (is_up ? limits.getUnsignedMax() : limits.getUnsignedMin());
    return rounds_until(*formula, predicate, last);
  }
  const auto* step = formula ? llvm::dyn_cast<llvm::SCEVConstant>(formula->getStepRecurrence(evolution)) : nullptr;
  if (!step || step->isZero() || formula_of(limit) || !limit->getType()->isIntegerTy()) return std::nullopt;
  const bool goes_up = !step->getAPInt().isNegative(), is_signed = CmpInst::isSigned(predicate);
  const CmpInst::Predicate direction = CmpInst::getStrictPredicate(CmpInst::isRelational(predicate) ? predicate
                                                                   : goes_up                        ? CmpInst::ICMP_ULT
                                                                             : CmpInst::ICMP_UGT);
  if (predicate == CmpInst::ICMP_EQ || goes_up != (direction == CmpInst::ICMP_ULT || direction == CmpInst::ICMP_SLT))
    return std::nullopt;
  const llvm::ConstantRange ends = ranges_.proven(*limit, comparison);
  // Not `starts_of`, as the verifier does not know all that is proven of a start: `% 11`.
  const llvm::SCEV* start = evolution.applyLoopGuards(formula->getStart(), &loop);
  const llvm::ConstantRange starts = is_signed ? evolution.getSignedRange(start) : evolution.getUnsignedRange(start);
  const auto least = [&](const llvm::ConstantRange& range) {
    return is_signed ? range.getSignedMin() : range.getUnsignedMin();
  };
  const auto greatest = [&](const llvm::ConstantRange& range) {
    return is_signed ? range.getSignedMax() : range.getUnsignedMax();
  };
  const llvm::APInt from = goes_up ? least(starts) : least(ends), to = goes_up ? greatest(ends) : greatest(starts);
  if (is_signed ? to.slt(from) : to.ult(from)) return 1;
  // A round more where the limit itself goes on.
  const uint64_t last = CmpInst::isNonStrictPredicate(predicate) ? 1 : 0;
  return (to - from).udiv(step->getAPInt().abs()).getLimitedValue(std::numeric_limits<uint32_t>::max() * 2ULL) + 1 +
         last;
}

/// The same of a condition that may have several parts, of which each has to hold.
std::optional<uint64_t> LoopRounds::by_condition(const llvm::Loop& loop, llvm::Value& condition, bool truth) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (llvm::Value* shown = behind_opaque(condition)) return by_condition(loop, *shown, truth);
  if (match(&condition, m_Not(m_Value(one)))) return by_condition(loop, *one, !truth);
  if (truth ? match(&condition, m_LogicalAnd(m_Value(one), m_Value(other)))
            : match(&condition, m_LogicalOr(m_Value(one), m_Value(other)))) {
    const auto by_one = by_condition(loop, *one, truth), by_other = by_condition(loop, *other, truth);
    return by_one && by_other ? std::min(by_one, by_other) : by_one ? by_one : by_other;
  }
  auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition);
  return comparison && comparison->isRelational() ? most(loop, *comparison, truth) : std::nullopt;
}

std::optional<uint64_t> LoopRounds::most(const llvm::Loop& loop) {
  llvm::ScalarEvolution& evolution = ranges_.evolution();
  std::optional<uint64_t> most;
  const auto take = [&](uint64_t rounds) { most = std::min(most.value_or(rounds), rounds); };
  if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(evolution.getConstantMaxBackedgeTakenCount(&loop)))
    take(constant->getAPInt().getLimitedValue(std::numeric_limits<uint64_t>::max() - 1) + 1);
  llvm::SmallVector<llvm::BasicBlock*> exiting;
  loop.getExitingBlocks(exiting);
  const llvm::BasicBlock* latch = loop.getLoopLatch();
  for (llvm::BasicBlock* block : exiting) {
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    if (!branch || !branch->isConditional() || !latch || !ranges_.dominators().dominates(block, latch)) continue;
    if (const auto rounds = by_condition(loop, *branch->getCondition(), loop.contains(branch->getSuccessor(0))))
      take(*rounds);
  }
  return most;
}

bool LoopRounds::is_decided(const llvm::Instruction& branch) {
  const auto* conditional = llvm::dyn_cast<llvm::BranchInst>(&branch);
  if (!conditional || !conditional->isConditional()) return !llvm::isa<llvm::SwitchInst>(branch);
  const auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(conditional->getCondition());
  return comparison && llvm::isa<llvm::Constant>(comparison->getOperand(1)) &&
         ranges_.is_walked(*comparison->getOperand(0));
}

uint64_t LoopRounds::choices_in(const llvm::BasicBlock& block) {
  return static_cast<uint64_t>(llvm::count_if(block, [&](const llvm::Instruction& instruction) {
    if (!instruction.getType()->isIntegerTy() || instruction.getType()->isIntegerTy(1)) return false;
    const auto is_known = [&](llvm::Value* number) { return ranges_.is_walked(*number); };
    if (const auto* least = llvm::dyn_cast<llvm::MinMaxIntrinsic>(&instruction))
      return !is_known(least->getLHS()) || !is_known(least->getRHS());
    const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&instruction);
    const auto* comparison = choice ? llvm::dyn_cast<llvm::ICmpInst>(choice->getCondition()) : nullptr;
    return comparison && comparison->getOperand(0)->getType()->isIntegerTy() &&
           !(is_known(comparison->getOperand(0)) && is_known(comparison->getOperand(1)));
  }));
}

LoopRounds::Walk LoopRounds::walk(const llvm::Loop& loop) {
  Walk each = {0, 0};
  for (const llvm::BasicBlock* block : loop.blocks()) {
    if (ranges_.loops().getLoopFor(block) != &loop) continue;
    each.steps += instructions_of(*block);
    each.branches += choices_in(*block);
    if (!is_decided(*block->getTerminator())) each.branches += block->getTerminator()->getNumSuccessors() - 1;
    for (const llvm::Instruction& instruction : *block)
      if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction); call && runs_function(*call))
        each.steps += steps_of_function;
  }
  for (const llvm::Loop* inner : loop) {
    const Walk walked = walk(*inner);
    each.steps = llvm::SaturatingAdd(each.steps, walked.steps);
    each.branches = llvm::SaturatingAdd(each.branches, walked.branches);
  }
  const uint64_t rounds = most(loop).value_or(1);
  return {llvm::SaturatingMultiply(each.steps, rounds), llvm::SaturatingMultiply(each.branches, rounds)};
}

uint64_t instructions_of(const llvm::BasicBlock& block) { return static_cast<uint64_t>(llvm::count_if(block, counts)); }

const llvm::DILocation* start_of(const llvm::Loop& loop) {
  if (const llvm::DILocation* start = loop.getStartLoc()) return start;
  return loop.getHeader()->getTerminator()->getDebugLoc();
}

}  // namespace ebpfxx::cc
