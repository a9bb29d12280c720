#include "lower/round_choices.hpp"

#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/SetVector.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/Support/MathExtras.h>

#include "base/function_ranges.hpp"
#include "base/loop_growth.hpp"
#include "base/loop_rounds.hpp"
#include "base/opaque.hpp"
#include "lower/forgotten.hpp"

namespace ebpfxx::cc {
namespace {

/// Ways that the numbers of a loop may have been compared, of which the verifier may walk all.
constexpr uint64_t few_combinations = 1000;

/// The values that are computed or chosen from others of the loop, `phi` first.
llvm::SmallVector<llvm::Value*> values_from(llvm::PHINode& phi) {
  llvm::SmallVector<llvm::Value*> values = {&phi};
  llvm::SmallPtrSet<llvm::Value*, 16> seen = {&phi};
  for (std::size_t next = 0; next < values.size(); ++next)
    for (llvm::User* user : values[next]->users())
      if (llvm::isa<llvm::BinaryOperator, llvm::CastInst, llvm::SelectInst, llvm::PHINode, llvm::MinMaxIntrinsic>(
              user) &&
          seen.insert(user).second)
        values.push_back(user);
  return values;
}

class RoundChoices {
 public:
  RoundChoices(const llvm::Loop& loop, NumberRanges& ranges) : loop_(loop), ranges_(ranges), rounds_(ranges) {}

  void hide() {
    if (ranges_.evolution().getSmallConstantMaxTripCount(&loop_) <= few_rounds && is_counted()) return;
    for (llvm::PHINode& phi : loop_.getHeader()->phis())
      if (is_sum(phi)) hide(phi);
    llvm::MapVector<llvm::Value*, llvm::SmallVector<llvm::ICmpInst*>> with_constants;
    for (llvm::ICmpInst* comparison : comparisons_before())
      if (llvm::isa<llvm::Constant>(comparison->getOperand(1)))
        with_constants[comparison->getOperand(0)].push_back(comparison);
      else
        compare_once(*comparison);
    uint64_t combinations = 1;
    for (const auto& [number, comparisons] : with_constants)
      combinations = llvm::SaturatingMultiply<uint64_t>(combinations, comparisons.size() + 1);
    if (combinations <= few_combinations) return;
    for (const auto& [number, comparisons] : with_constants)
      for (llvm::ICmpInst* comparison : comparisons) compare_hidden(*comparison);
  }

 private:
  bool is_counted() const { return ranges_.evolution().getSmallConstantMaxTripCount(&loop_) != 0; }

  /// Whether a round computes the next number from this one, and nothing has to know its bounds.
  bool is_sum(llvm::PHINode& phi) {
    if (!phi.getType()->isIntegerTy() || ranges_.is_counter(phi) || ranges_.is_walked(phi, /*however_long=*/true))
      return false;
    const auto values = values_from(phi);
    const auto is_computed = [&](const llvm::Value* number) { return is_computed_from(*number, phi); };
    return llvm::any_of(next_numbers(phi), is_computed) && llvm::none_of(values, [&](const llvm::Value* value) {
             return llvm::any_of(value->users(), [&](const llvm::User* user) { return needs_bound(*user); });
           });
  }

  /// The values that the number may have in the next round, on one way or another.
  static llvm::SmallVector<const llvm::Value*> next_numbers(const llvm::PHINode& phi) {
    llvm::SmallPtrSet<const llvm::Value*, 8> seen = {&phi};
    llvm::SmallVector<const llvm::Value*> rest(phi.op_begin(), phi.op_end()), numbers;
    while (!rest.empty()) {
      const llvm::Value* next = rest.pop_back_val();
      if (!seen.insert(next).second) continue;
      if (llvm::isa<llvm::PHINode, llvm::SelectInst>(next))
        llvm::append_range(rest, llvm::cast<llvm::User>(next)->operand_values());
      else
        numbers.push_back(next);
    }
    return numbers;
  }

  /// Of an index, or of what ends another loop.
  bool needs_bound(const llvm::User& user) const {
    return llvm::isa<llvm::GetElementPtrInst, llvm::IntToPtrInst>(user) ||
           (llvm::isa<llvm::ICmpInst, llvm::SwitchInst>(user) && !loop_.contains(llvm::cast<llvm::Instruction>(&user)));
  }

  void hide(llvm::PHINode& phi) {
    llvm::SmallVector<llvm::Value*, 4> parts = {&phi};
    for (llvm::User* user : phi.users())
      if (llvm::isa<llvm::TruncInst>(user)) parts.push_back(user);
    for (llvm::Value* part : parts) {
      if (part->getType()->getIntegerBitWidth() > most_forgotten_bits) continue;
      for (llvm::Use& use : llvm::make_early_inc_range(part->uses())) {
        auto* comparison = llvm::cast<llvm::Instruction>(use.getUser());
        if (!is_comparison(*comparison) || !loop_.contains(comparison) || may_end_loop(*comparison) ||
            !chooses_otherwise(*comparison))
          continue;
        llvm::IRBuilder<> builder(comparison);
        use.set(&make_hidden(builder, *part, /*bound=*/nullptr, /*is_aligned=*/false));
      }
    }
  }

  /// The comparisons before the loop that a round of it takes, not one of a loop around it.
  llvm::SmallSetVector<llvm::ICmpInst*, 4> comparisons_before() {
    llvm::SmallSetVector<llvm::ICmpInst*, 4> found;
    const auto is_unknown = [&](llvm::Value* number) {
      return number->getType()->isIntegerTy() &&
             (llvm::isa<llvm::Constant>(number) || !ranges_.is_walked(*number, /*however_long=*/true));
    };
    for (llvm::BasicBlock* block : loop_.blocks())
      for (llvm::Instruction& instruction : *block)
        for (llvm::Value* operand : instruction.operand_values())
          if (auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(operand);
              comparison && !loop_.contains(comparison) && is_outermost(*comparison) &&
              llvm::all_of(comparison->operand_values(), is_unknown) && chooses_otherwise(*comparison))
            found.insert(comparison);
    return found;
  }

  bool is_outermost(const llvm::ICmpInst& comparison) const {
    return !loop_.getParentLoop() || loop_.getParentLoop()->contains(&comparison);
  }

  /// Code generation compares where the result is taken, unless that is a number.
  void compare_once(llvm::ICmpInst& comparison) {
    llvm::IRBuilder<> builder(comparison.getNextNode());
    llvm::Value* result = make_opaque(builder, *builder.CreateZExt(&comparison, builder.getInt32Ty()), /*stays=*/true);
    llvm::Value* holds = builder.CreateICmpNE(result, builder.getInt32(0));
    comparison.replaceUsesWithIf(
        holds, [&](const llvm::Use& use) { return loop_.contains(llvm::cast<llvm::Instruction>(use.getUser())); });
  }

  /// Compares in each round anew what the verifier knows nothing of.
  void compare_hidden(llvm::ICmpInst& comparison) {
    llvm::Value& number = *comparison.getOperand(0);
    if (number.getType()->getIntegerBitWidth() > most_forgotten_bits) return;
    for (llvm::Use& use : llvm::make_early_inc_range(comparison.uses())) {
      auto* user = llvm::cast<llvm::Instruction>(use.getUser());
      if (!loop_.contains(user) || llvm::isa<llvm::PHINode>(user)) continue;
      llvm::IRBuilder<> builder(user);
      llvm::Value& hidden = make_hidden(builder, number, /*bound=*/nullptr, /*is_aligned=*/false);
      use.set(builder.CreateICmp(comparison.getPredicate(), &hidden, comparison.getOperand(1)));
    }
  }

  static bool is_comparison(const llvm::Instruction& instruction) {
    const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
    return llvm::isa<llvm::ICmpInst>(instruction) || (call && call->getIntrinsicID() == llvm::Intrinsic::bpf_compare);
  }

  /// Whether a round has other ways, too, for all that the verifier knows.
  bool chooses_otherwise(const llvm::Instruction& comparison) {
    return llvm::any_of(loop_.blocks(), [&](const llvm::BasicBlock* block) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      if (!rounds_.is_decided(*block->getTerminator()) && !(branch && branch->getCondition() == &comparison))
        return true;
      return llvm::any_of(*block, [&](const llvm::Instruction& instruction) {
        const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&instruction);
        return choice && choice->getCondition() != &comparison;
      });
    });
  }

  /// Whether the loop, if its rounds are not counted, may end by the comparison.
  bool may_end_loop(const llvm::Instruction& comparison) const {
    return !is_counted() && llvm::any_of(comparison.users(), [&](const llvm::User* user) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(user);
      return !branch || loop_.isLoopExiting(branch->getParent());
    });
  }

  const llvm::Loop& loop_;
  NumberRanges& ranges_;
  LoopRounds rounds_;
};

}  // namespace

void hide_round_choices(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function&, NumberRanges& ranges) {
    const auto loops = ranges.loops().getLoopsInPreorder();
    for (const llvm::Loop* loop : llvm::reverse(loops)) RoundChoices(*loop, ranges).hide();
  });
}

}  // namespace ebpfxx::cc
