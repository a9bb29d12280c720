#include "base/loop_growth.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/SmallPtrSet.h>

#include <algorithm>
#include <cstdint>

namespace ebpfxx::cc {
namespace {

constexpr unsigned most_bits = 64;

/// From the least that one round adds to the greatest.
struct Growth {
  __int128 least = 0;
  __int128 greatest = 0;

  void include(const Growth& other) {
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
  }
};

class Round {
 public:
  Round(const llvm::PHINode& phi, const llvm::Loop& loop, llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of)
      : phi_(phi), loop_(loop), range_of_(range_of) {}

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
      growth->least += added.getSignedMin().getSExtValue();
      growth->greatest += added.getSignedMax().getSExtValue();
      return growth;
    }
    return std::nullopt;
  }

  std::optional<Growth> of_all(llvm::ArrayRef<llvm::Value*> values) {
    std::optional<Growth> all;
    for (llvm::Value* value : values) {
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
};

/// At which number the loop is left, of the tests that no greater number gets past.
class Tests {
 public:
  Tests(const llvm::PHINode& phi, const llvm::Loop& loop, const llvm::DominatorTree& dominators)
      : phi_(phi), loop_(loop), dominators_(dominators) {}

  /// Whether all that may be carried to the next round is the number unchanged, or was tested.
  bool cover(const llvm::Value& value, const llvm::BasicBlock& at) {
    if (&value == &phi_) return true;
    if (const auto* meeting = llvm::dyn_cast<llvm::PHINode>(&value)) {
      if (!loop_.contains(meeting) || !seen_.insert(meeting).second) return false;
      return llvm::all_of(meeting->blocks(), [&](const llvm::BasicBlock* from) {
        return cover(*meeting->getIncomingValueForBlock(from), *from);
      });
    }
    return llvm::any_of(value.users(), [&](const llvm::User* user) { return is_test(*user, at); });
  }

  std::optional<llvm::APInt> limit() const { return limit_; }

 private:
  bool is_test(const llvm::User& user, const llvm::BasicBlock& at) {
    const auto* test = llvm::dyn_cast<llvm::ICmpInst>(&user);
    const auto* limit = test && test->isEquality() ? llvm::dyn_cast<llvm::ConstantInt>(test->getOperand(1)) : nullptr;
    if (!limit || (limit_ && *limit_ != limit->getValue())) return false;
    const unsigned leaves = test->getPredicate() == llvm::CmpInst::ICMP_EQ ? 0 : 1;
    const bool is_passed = llvm::any_of(test->users(), [&](const llvm::User* tested) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(tested);
      return branch && loop_.contains(branch) && !loop_.contains(branch->getSuccessor(leaves)) &&
             dominators_.dominates(branch->getParent(), &at);
    });
    if (is_passed) limit_ = limit->getValue();
    return is_passed;
  }

  const llvm::PHINode& phi_;
  const llvm::Loop& loop_;
  const llvm::DominatorTree& dominators_;
  llvm::SmallPtrSet<const llvm::Value*, 4> seen_;
  std::optional<llvm::APInt> limit_;
};

}  // namespace

std::optional<llvm::ConstantRange> grown_in_loop(const llvm::PHINode& phi, const llvm::Loop& loop, uint64_t rounds,
                                                 const llvm::DominatorTree* dominators,
                                                 llvm::function_ref<llvm::ConstantRange(llvm::Use&)> range_of) {
  const llvm::BasicBlock* before = loop.getLoopPredecessor();
  const llvm::BasicBlock* latch = loop.getLoopLatch();
  const unsigned bits = phi.getType()->getIntegerBitWidth();
  if (rounds == 0 || !before || !latch || bits > most_bits) return std::nullopt;
  llvm::Value& carried = *phi.getIncomingValueForBlock(latch);
  std::optional<Growth> growth = Round(phi, loop, range_of).growth_of(carried);
  if (!growth) return std::nullopt;
  growth->include({});  // the first round has the start
  auto& start = const_cast<llvm::Use&>(phi.getOperandUse(static_cast<unsigned>(phi.getBasicBlockIndex(before))));
  const llvm::ConstantRange starts = range_of(start);
  const __int128 least = starts.getUnsignedMin().getZExtValue() + growth->least * (rounds - 1);
  const uint64_t greatest_start = starts.getUnsignedMax().getZExtValue();
  __int128 greatest = greatest_start + growth->greatest * (rounds - 1);
  if (dominators && growth->greatest <= 1) {
    Tests tests(phi, loop, *dominators);
    if (tests.cover(carried, *latch) && tests.limit() && tests.limit()->ugt(greatest_start))
      greatest = std::min<__int128>(greatest, tests.limit()->getZExtValue() - 1);
  }
  const __int128 end = static_cast<__int128>(1) << bits;
  const __int128 half = end / 2;
  if (greatest >= (least < 0 ? half : end) || least < -half) return std::nullopt;
  return llvm::ConstantRange::getNonEmpty(llvm::APInt(bits, static_cast<uint64_t>(least)),
                                          llvm::APInt(bits, static_cast<uint64_t>(greatest)) + 1);
}

}  // namespace ebpfxx::cc
