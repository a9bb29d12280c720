#pragma once

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/Instructions.h>

#include <cstdint>
#include <optional>

#include "base/number_ranges.hpp"

namespace ebpfxx::cc {

/// How many instructions the verifier follows before it gives up (BPF_COMPLEXITY_LIMIT_INSNS).
constexpr uint64_t most_verifier_steps = 1'000'000;
/// How many branches it remembers on one path (BPF_COMPLEXITY_LIMIT_JMP_SEQ).
constexpr uint64_t most_verifier_branches = 8192;

/// Rounds in which it may follow all values of a number.
constexpr unsigned few_rounds = 8;

/// How many rounds loops have, as far as LLVM's analyses and the ranges of numbers say.
class LoopRounds {
 public:
  explicit LoopRounds(NumberRanges& ranges) : ranges_(ranges) {}

  /// The most rounds that the comparison lets the loop have, of which it goes on while the comparison is `truth`.
  /// Nothing if it does not compare a counter that comes nearer to its end each round.
  std::optional<uint64_t> most(const llvm::Loop& loop, llvm::ICmpInst& comparison, bool truth);

  /// The most rounds by the first exit that ends the loop for certain; nothing if there is none.
  std::optional<uint64_t> most(const llvm::Loop& loop);

  /// What walking the loop costs the verifier, where branches lead to the same.
  struct Walk {
    uint64_t steps;     ///< instructions
    uint64_t branches;  ///< that it comes back to, all of which it remembers until then
  };
  Walk walk(const llvm::Loop& loop);

  /// Whether the verifier knows in each round how the branch comes out: a counter is compared with a constant.
  bool is_decided(const llvm::Instruction& branch);

  /// How many of a block's instructions choose a number, which becomes a branch, and may choose either for the
  /// verifier.
  uint64_t choices_in(const llvm::BasicBlock& block);

 private:
  std::optional<uint64_t> by_condition(const llvm::Loop& loop, llvm::Value& condition, bool truth);

  NumberRanges& ranges_;
};

/// How many of a block's instructions become some of BPF, as a rule.
uint64_t instructions_of(const llvm::BasicBlock& block);

/// The source location where the loop starts; null if it is not known.
const llvm::DILocation* start_of(const llvm::Loop& loop);

}  // namespace ebpfxx::cc
