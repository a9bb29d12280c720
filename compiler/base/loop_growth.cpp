#include "base/loop_growth.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/CFG.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace ebpfxx::cc {
namespace {

constexpr unsigned most_bits = 64;
/// Beyond all numbers.
constexpr __int128 highest = static_cast<__int128>(1) << (most_bits + 1), lowest = -highest;

/// From the least that one round adds to the greatest.
struct Growth {
  __int128 least = 0;
  __int128 greatest = 0;

  void include(const Growth& other) {
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
  }
};

/// Numbers from the least to the greatest; also below 0, and more than fit.
struct Interval {
  __int128 least;
  __int128 greatest;

  Interval intersection(const Interval& other) const {
    return {std::max(least, other.least), std::min(greatest, other.greatest)};
  }
};

class Round {
 public:
  Round(const llvm::PHINode& phi, const llvm::Loop& loop, llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of)
      : phi_(phi), loop_(loop), range_of_(range_of) {}

  /// What a round may begin with: `start`, or a number that does not come from the one before.
  Interval with_restarts(const Interval& start) const {
    return {std::min(start.least, least_restart_), std::max(start.greatest, greatest_restart_)};
  }

  /// What the number may become by the sums of a round, of which some are made of few numbers only.
  Interval reached_from(const Interval& start) const {
    return {std::min(start.least, least_sum_), std::max(start.greatest, greatest_sum_)};
  }

  /// By how much `value` is more than the number that the round began with.
  std::optional<Growth> growth_of(llvm::Value& value) {
    if (&value == &phi_) return Growth{};
    auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
    if (!instruction || !loop_.contains(instruction)) return std::nullopt;
    if (const auto [known, is_new] = known_.try_emplace(instruction); !is_new) return known->second;
    const std::optional<Growth> growth = computed(*instruction);
    known_[instruction] = growth;
    return growth;
  }

 private:
  std::optional<Growth> computed(llvm::Instruction& instruction) {
    if (instruction.getOpcode() == llvm::Instruction::Add) return of_sum(instruction);
    if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(&instruction))
      return of_all({choice->getTrueValue(), choice->getFalseValue()});
    auto* meeting = llvm::dyn_cast<llvm::PHINode>(&instruction);
    if (!meeting) return std::nullopt;
    return of_all(llvm::SmallVector<llvm::Value*, 4>(meeting->incoming_values()));
  }

  std::optional<Growth> of_sum(llvm::Instruction& sum) {
    for (const unsigned side : {0U, 1U}) {
      std::optional<Growth> growth = growth_of(*sum.getOperand(side));
      if (!growth) continue;
      const llvm::ConstantRange added = range_of_(sum.getOperandUse(1 - side));
      const Growth more = {added.getSignedMin().getSExtValue(), added.getSignedMax().getSExtValue()};
      if (more.least < 0 || more.greatest > 0) reach(range_of_(sum.getOperandUse(side)), more);
      return Growth{growth->least + more.least, growth->greatest + more.greatest};
    }
    return std::nullopt;
  }

  void reach(const llvm::ConstantRange& before, const Growth& more) {
    if (more.least < 0) {
      const __int128 least = before.getUnsignedMin().getZExtValue() + more.least;
      least_sum_ = least < 0 ? lowest : std::min(least_sum_, least);  // below 0, it is not what it was made of
    }
    if (more.greatest > 0)
      greatest_sum_ = std::max<__int128>(greatest_sum_, before.getUnsignedMax().getZExtValue() + more.greatest);
  }

  std::optional<Growth> of_all(llvm::ArrayRef<llvm::Value*> values) {
    std::optional<Growth> all;
    for (llvm::Value* value : values) {
      if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value)) {
        least_restart_ = std::min<__int128>(least_restart_, constant->getZExtValue());
        greatest_restart_ = std::max<__int128>(greatest_restart_, constant->getZExtValue());
        continue;
      }
      const std::optional<Growth> one = growth_of(*value);
      if (!one) return std::nullopt;
      if (all)
        all->include(*one);
      else
        all = one;
    }
    return all;
  }

  const llvm::PHINode& phi_;
  const llvm::Loop& loop_;
  const llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of_;
  llvm::DenseMap<const llvm::Value*, std::optional<Growth>> known_;  ///< empty also for what is being computed
  __int128 least_sum_ = highest, least_restart_ = highest;
  __int128 greatest_sum_ = lowest, greatest_restart_ = lowest;
};

/// Which number the loop does not go on with, of the tests that no greater number gets past.
class Tests {
 public:
  Tests(const llvm::PHINode& phi, const llvm::Loop& loop, const llvm::DominatorTree& dominators)
      : phi_(phi), loop_(loop), dominators_(dominators) {}

  /// Whether all that may be carried to the next round is the number unchanged, a constant, or was tested.
  bool cover(const llvm::Value& value, const llvm::BasicBlockEdge& way) {
    if (&value == &phi_ || llvm::isa<llvm::ConstantInt>(value)) return true;
    if (llvm::any_of(value.users(), [&](const llvm::User* user) { return is_test(*user, way); })) return true;
    const auto* meeting = llvm::dyn_cast<llvm::PHINode>(&value);
    if (!meeting) return cover_each_way(value, *way.getStart());
    if (!loop_.contains(meeting) || !seen_.insert(meeting).second) return false;
    return llvm::all_of(meeting->blocks(), [&](const llvm::BasicBlock* from) {
      return cover(*meeting->getIncomingValueForBlock(from), {from, meeting->getParent()});
    });
  }

  std::optional<llvm::APInt> limit() const { return limit_; }

 private:
  /// Whether the value was tested on each way from where it is computed to the block.
  bool cover_each_way(const llvm::Value& value, const llvm::BasicBlock& block) {
    const auto* computed = llvm::dyn_cast<llvm::Instruction>(&value);
    if (!computed || computed->getParent() == &block || &block == loop_.getHeader() || !loop_.contains(&block) ||
        !seen_.insert(&block).second)
      return false;
    return llvm::all_of(llvm::predecessors(&block),
                        [&](const llvm::BasicBlock* from) { return cover(value, {from, &block}); });
  }

  /// Whether the user is a comparison that comes out as unequal where the loop goes this way.
  bool is_test(const llvm::User& user, const llvm::BasicBlockEdge& way) {
    const auto* test = llvm::dyn_cast<llvm::ICmpInst>(&user);
    const auto* limit = test && test->isEquality() ? llvm::dyn_cast<llvm::ConstantInt>(test->getOperand(1)) : nullptr;
    if (!limit || (limit_ && *limit_ != limit->getValue())) return false;
    const unsigned equal = test->getPredicate() == llvm::CmpInst::ICMP_EQ ? 0 : 1;
    const bool is_passed = llvm::any_of(test->users(), [&](const llvm::User* tested) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(tested);
      if (!branch || !loop_.contains(branch) || branch->getSuccessor(0) == branch->getSuccessor(1)) return false;
      const llvm::BasicBlockEdge unequal(branch->getParent(), branch->getSuccessor(1 - equal));
      const bool is_way = unequal.getStart() == way.getStart() && unequal.getEnd() == way.getEnd();
      return is_way || dominators_.dominates(unequal, way.getStart()) ||
             (!loop_.contains(branch->getSuccessor(equal)) &&
              dominators_.dominates(branch->getParent(), way.getStart()));
    });
    if (is_passed) limit_ = limit->getValue();
    return is_passed;
  }

  const llvm::PHINode& phi_;
  const llvm::Loop& loop_;
  const llvm::DominatorTree& dominators_;
  llvm::SmallPtrSet<const llvm::Value*, 8> seen_;
  std::optional<llvm::APInt> limit_;
};

/// The number behind all those of the phi's width.
__int128 end_of(const llvm::PHINode& phi) { return static_cast<__int128>(1) << phi.getType()->getIntegerBitWidth(); }

/// The most that a number may be more than another, where that is a constant on each way to both; negative: it is less.
std::optional<int64_t> most_ahead(llvm::Value& number, llvm::Value& other, llvm::ScalarEvolution& evolution) {
  const llvm::SCEV* difference = evolution.getMinusSCEV(evolution.getSCEV(&number), evolution.getSCEV(&other));
  if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(difference)) return constant->getAPInt().getSExtValue();
  const auto *phi = llvm::dyn_cast<llvm::PHINode>(&number), *other_phi = llvm::dyn_cast<llvm::PHINode>(&other);
  if (!phi || !other_phi || phi->getParent() != other_phi->getParent()) return std::nullopt;
  std::optional<int64_t> most;
  for (const llvm::BasicBlock* from : phi->blocks()) {
    const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(
        evolution.getMinusSCEV(evolution.getSCEV(phi->getIncomingValueForBlock(from)),
                               evolution.getSCEV(other_phi->getIncomingValueForBlock(from))));
    if (!constant) return std::nullopt;
    most = std::max(most.value_or(std::numeric_limits<int64_t>::min()), constant->getAPInt().getSExtValue());
  }
  return most;
}

/// The greatest that a counter of the same loop may be, which the number never overtakes, by so much as it is less at
/// first.
std::optional<__int128> greatest_behind_counter(llvm::PHINode& phi, const llvm::BasicBlock& before,
                                                const Interval& start, const Growth& growth,
                                                llvm::ScalarEvolution& evolution,
                                                llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of) {
  std::optional<__int128> least;
  for (llvm::PHINode& other : phi.getParent()->phis()) {
    if (&other == &phi || other.getType() != phi.getType()) continue;
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(&other));
    const auto* step = counter ? llvm::dyn_cast<llvm::SCEVConstant>(counter->getStepRecurrence(evolution)) : nullptr;
    if (!step || step->getAPInt().getSExtValue() <= 0 || step->getAPInt().getSExtValue() < growth.greatest) continue;
    const std::optional<int64_t> ahead =
        most_ahead(*phi.getIncomingValueForBlock(&before), *other.getIncomingValueForBlock(&before), evolution);
    if (!ahead) continue;
    uint64_t greatest = 0;
    for (llvm::Use& way : other.incoming_values())
      greatest = std::max(greatest, range_of(way).getUnsignedMax().getZExtValue());
    const bool wraps = greatest + static_cast<__int128>(step->getAPInt().getZExtValue()) >= end_of(phi);
    const __int128 behind = static_cast<__int128>(greatest) + *ahead;
    if (!wraps && start.greatest <= behind) least = std::min(least.value_or(behind), behind);
  }
  return least;
}

}  // namespace

bool is_computed_from(const llvm::Value& value, const llvm::Value& number) {
  const auto* computed = llvm::dyn_cast<llvm::Instruction>(&value);
  return &value == &number || (computed && llvm::isa<llvm::BinaryOperator, llvm::CastInst>(computed) &&
                               llvm::any_of(computed->operands(), [&](const llvm::Use& operand) {
                                 return is_computed_from(*operand, number);
                               }));
}

std::optional<llvm::SmallVector<llvm::Use*>> numbers_kept(llvm::PHINode& phi) {
  llvm::SmallVector<llvm::Use*> numbers, rest;
  llvm::SmallPtrSet<const llvm::Value*, 8> seen = {&phi};
  bool keeps_itself = false;
  const auto take = [&](llvm::User& meeting) {
    const unsigned condition = llvm::isa<llvm::SelectInst>(meeting) ? 1 : 0;
    for (llvm::Use& one : llvm::drop_begin(meeting.operands(), condition)) rest.push_back(&one);
  };
  take(phi);
  while (!rest.empty()) {
    llvm::Use& number = *rest.pop_back_val();
    keeps_itself |= number == &phi;
    if (!llvm::isa<llvm::PHINode, llvm::SelectInst>(number))
      numbers.push_back(&number);
    else if (seen.insert(number).second)
      take(*llvm::cast<llvm::User>(number));
  }
  return keeps_itself ? std::optional(numbers) : std::nullopt;
}

std::optional<llvm::ConstantRange> grown_in_loop(llvm::PHINode& phi, const llvm::Loop& loop, uint64_t rounds,
                                                 llvm::ScalarEvolution& evolution,
                                                 const llvm::DominatorTree* dominators,
                                                 llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of) {
  const llvm::BasicBlock* before = loop.getLoopPredecessor();
  const llvm::BasicBlock* latch = loop.getLoopLatch();
  const unsigned bits = phi.getType()->getIntegerBitWidth();
  if (!before || !latch || bits > most_bits) return std::nullopt;
  llvm::Value& carried = *phi.getIncomingValueForBlock(latch);
  Round round(phi, loop, range_of);
  std::optional<Growth> growth = round.growth_of(carried);
  if (!growth) return std::nullopt;
  growth->include({});  // the first round has the start
  const llvm::ConstantRange starts = range_of(phi.getOperandUse(phi.getBasicBlockIndex(before)));
  const Interval start =
      round.with_restarts({starts.getUnsignedMin().getZExtValue(), starts.getUnsignedMax().getZExtValue()});
  Interval all = round.reached_from(start);
  if (rounds != 0)
    all = all.intersection(
        {start.least + growth->least * (rounds - 1), start.greatest + growth->greatest * (rounds - 1)});
  if (dominators && growth->greatest <= 1) {
    Tests tests(phi, loop, *dominators);
    if (tests.cover(carried, {latch, phi.getParent()}) && tests.limit() && tests.limit()->ugt(start.greatest))
      all.greatest = std::min<__int128>(all.greatest, tests.limit()->getZExtValue() - 1);
  }
  if (dominators)
    if (const auto behind = greatest_behind_counter(phi, *before, start, *growth, evolution, range_of))
      all.greatest = std::min(all.greatest, *behind);
  const __int128 end = end_of(phi);
  const __int128 half = end / 2;
  if (all.greatest >= (all.least < 0 ? half : end) || all.least < -half || all.least > all.greatest)
    return std::nullopt;
  return llvm::ConstantRange::getNonEmpty(llvm::APInt(bits, static_cast<uint64_t>(all.least)),
                                          llvm::APInt(bits, static_cast<uint64_t>(all.greatest)) + 1);
}

}  // namespace ebpfxx::cc
