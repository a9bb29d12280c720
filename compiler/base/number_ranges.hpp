#pragma once

#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/LazyValueInfo.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/PassManager.h>

#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/congruence.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Which numbers an integer may be where an instruction runs.
class NumberRanges {
 public:
  NumberRanges(llvm::Function& function, llvm::FunctionAnalysisManager& analyses, KernelVersion kernel);

  /// What LLVM's analyses prove.
  llvm::ConstantRange proven(llvm::Value& number, llvm::Instruction& at) {
    return range(number, at, View::Compiler, 0);
  }

  /// The most that numbers of one type are together, as far as limits of sums with some of them prove it.
  std::optional<llvm::APInt> proven_most(llvm::ArrayRef<llvm::Value*> added, llvm::Instruction& at) {
    return proven_most(added, at, 0);
  }

  /// Whether the number and `more` are at most as much as the limit, as a part of that sum.
  bool is_at_most_sum(llvm::Value& number, const llvm::APInt& more, llvm::Value& limit, llvm::Instruction& at);

  /// What the verifier of every kernel from `kernel` on knows: it keeps no bounds over a division, a remainder or a
  /// count of bits (adjust_scalar_min_max_vals in kernel/bpf/verifier.c), and before 6.12 learns from comparisons with
  /// constants only (reg_set_min_max).
  llvm::ConstantRange followed(llvm::Value& number, llvm::Instruction& at) {
    return range(number, at, View::Verifier, 0);
  }

  /// Whether the number grows by the same in each round of a loop.
  bool is_counter(const llvm::Value& number) const;

  /// Whether the number is a constant for the verifier each time, as it walks loops round by round; `however_long` it
  /// takes the loop to run, as it does not see how long.
  bool is_walked(llvm::Value& number, bool however_long = false);

  /// What a counter is compared with to end its loop, that may be greater for the verifier than is `proven`.
  llvm::SmallVector<llvm::Use*> unseen_limits(const llvm::PHINode& counter);
  llvm::SmallVector<llvm::Use*> unseen_limits(const llvm::Loop& loop);

  const llvm::DominatorTree& dominators() const { return dominators_; }
  const llvm::LoopInfo& loops() const { return loops_; }
  llvm::ScalarEvolution& evolution() const { return evolution_; }

 private:
  enum class View { Compiler, Verifier };

  llvm::ConstantRange range(llvm::Value& number, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange fresh_range(llvm::Value& number, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange computed(llvm::Value& number, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange computed(llvm::BinaryOperator& operation, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange computed(llvm::CallBase& call, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange computed(llvm::SelectInst& choice, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange computed(llvm::PHINode& phi, llvm::Instruction& at, View view, unsigned depth);
  std::optional<llvm::ConstantRange> chosen_result(llvm::BinaryOperator& operation, unsigned choosing,
                                                   llvm::Instruction& at, unsigned depth);
  llvm::ConstantRange in_helper(llvm::PHINode& phi, uint64_t rounds, unsigned depth);
  llvm::ConstantRange range(llvm::Use& number, View view, unsigned depth);
  llvm::ConstantRange carried(llvm::PHINode& phi, View view, unsigned depth);
  std::optional<uint64_t> helper_rounds(const llvm::PHINode& phi);
  llvm::SmallVector<llvm::Use*> unseen_limits(const llvm::Loop& loop, llvm::BasicBlock& exiting, unsigned depth);
  uint64_t rounds_seen(const llvm::Loop& loop);
  std::optional<llvm::APInt> proven_most(llvm::ArrayRef<llvm::Value*> added, llvm::Instruction& at, unsigned depth);
  llvm::ConstantRange analysed(llvm::Value& number, llvm::Instruction& at);
  llvm::ConstantRange narrowed(llvm::ConstantRange range, const llvm::Value& number, const llvm::Value& condition,
                               bool truth, llvm::Instruction& at, View view, unsigned depth);
  llvm::ConstantRange narrowed_part(const llvm::ConstantRange& range, const llvm::Value& number,
                                    const llvm::ICmpInst& comparison, bool truth, llvm::Instruction& at,
                                    unsigned depth);
  llvm::ConstantRange narrowed_on_the_way(llvm::ConstantRange range, const llvm::Value& number, llvm::Instruction& at,
                                          View view, unsigned depth);

  KernelVersion kernel_;
  unsigned steps_ = 0;
  std::map<const llvm::Loop*, std::optional<uint64_t>> helper_rounds_;  ///< of loops that were asked for
  std::map<const llvm::Loop*, uint64_t> rounds_seen_;                   ///< of loops that were asked for
  /// What was found for one answer, and how deep.
  std::map<std::tuple<llvm::Value*, llvm::Instruction*, View>, std::pair<llvm::ConstantRange, unsigned>> known_;
  std::map<const llvm::Value*, Congruence> congruences_;      ///< of numbers that were asked for
  std::vector<std::pair<const llvm::Value*, bool>> assumed_;  ///< conditions, and how they came out
  llvm::DominatorTree& dominators_;
  llvm::LoopInfo& loops_;
  llvm::ScalarEvolution& evolution_;
  llvm::LazyValueInfo& values_;
  llvm::AssumptionCache& assumptions_;
};

}  // namespace ebpfxx::cc
