#include "lower/carried_numbers.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/IntrinsicInst.h>

#include "base/conditions.hpp"
#include "base/congruence.hpp"
#include "base/function_ranges.hpp"
#include "base/helper_table.hpp"
#include "base/indexed_access.hpp"
#include "base/loop_growth.hpp"
#include "base/loop_rounds.hpp"
#include "base/opaque.hpp"
#include "lower/forgotten.hpp"

namespace ebpfxx::cc {
namespace {

/// Choices of which the verifier may follow all combinations: 729 of three constants each.
constexpr unsigned few_choices = 6;
/// Whether the call resizes the packet by numbers of which the kernel wants to know nothing: those of a helper that
/// takes memory say how much of it.
bool takes_any_number(const llvm::CallBase& call) {
  const HelperInfo* helper = called_helper(call);
  return helper && helper->moves_packet && llvm::none_of(llvm::drop_begin(call.args()), [](const llvm::Use& argument) {
           return argument->getType()->isPointerTy();
         });
}

/// What becomes of a number that a loop carries.
class Uses {
 public:
  Uses(llvm::PHINode& number, const llvm::Loop& loop) : loop_(loop), seen_{&number} {
    llvm::SmallVector<llvm::Value*> rest = {&number};
    while (!rest.empty())
      for (llvm::User* user : rest.pop_back_val()->users())
        if (see(*llvm::cast<llvm::Instruction>(user))) rest.push_back(user);
  }

  /// Whether the verifier follows other ways with another number.
  bool decide() const { return decide_; }

  /// Whether it has to know how great the number may be: of an index, or of what ends another loop.
  bool need_bound() const { return need_bound_; }

  /// Whether the number goes to a helper, which may want to know more.
  bool need_more_than_bound() const { return need_more_than_bound_; }

  bool contain(const llvm::Value& value) const { return seen_.contains(&value); }

 private:
  /// Returns whether to go on behind the user.
  bool see(llvm::Instruction& user) {
    const bool is_address = llvm::isa<llvm::GetElementPtrInst>(user);
    const bool is_comparison = llvm::isa<llvm::ICmpInst, llvm::SwitchInst>(user);
    decide_ |= is_address || is_comparison || llvm::isa<llvm::MinMaxIntrinsic>(user);
    need_bound_ |= is_address || (is_comparison && !loop_.contains(&user));
    const bool is_computed = llvm::isa<llvm::MinMaxIntrinsic>(user) || behind_opaque(user) || behind_forgotten(user);
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&user);
    need_more_than_bound_ |= llvm::isa<llvm::IntToPtrInst>(user) || (call && !is_computed && !takes_any_number(*call));
    const bool is_number =
        is_computed ||
        llvm::isa<llvm::BinaryOperator, llvm::CastInst, llvm::SelectInst, llvm::PHINode, llvm::FreezeInst>(user);
    return is_number && seen_.insert(&user).second;
  }

  const llvm::Loop& loop_;
  llvm::SmallPtrSet<const llvm::Value*, 16> seen_;
  bool decide_ = false, need_bound_ = false, need_more_than_bound_ = false;
};

/// Whether the number is one of several without a branch that LLVM has.
bool is_choice(const llvm::Value& number) {
  const auto* cast = llvm::dyn_cast<llvm::CastInst>(&number);
  if (!cast) return llvm::isa<llvm::SelectInst>(number);
  return cast->getSrcTy()->isIntegerTy(1) || is_choice(*cast->getOperand(0));
}

class CarriedNumbers {
 public:
  CarriedNumbers(llvm::Function& function, NumberRanges& ranges, const TranslationUnit& unit)
      : ranges_(ranges), unit_(unit), accesses_(indexed_accesses(function)) {}

  void hide() {
    hide_chosen();
    const auto loops = ranges_.loops().getLoopsInPreorder();
    for (const llvm::Loop* loop : llvm::reverse(loops)) {
      if (ranges_.evolution().getSmallConstantMaxTripCount(loop) <= few_rounds) continue;
      for (llvm::PHINode& phi : loop->getHeader()->phis())
        if (varies(phi)) hide(phi, *loop);
    }
  }

 private:
  /// Whether the verifier knows the number, as it does a counter, or its bounds, but not the same on all ways.
  bool varies(llvm::PHINode& phi) {
    return phi.getType()->isIntegerTy() && phi.getType()->getIntegerBitWidth() > 1 && !ranges_.is_counter(phi) &&
           (ranges_.is_walked(phi, /*however_long=*/true) || is_counted_up(phi)) &&
           !(is_same_on_all_ways(phi) && ends_loop(phi));
  }

  /// Whether a round computes the next number from this one and others like it in one way only, as that of a bit that
  /// is shifted: it may be what ends the loop.
  bool is_same_on_all_ways(llvm::PHINode& phi) {
    const llvm::Loop* loop = ranges_.loops().getLoopFor(phi.getParent());
    llvm::SmallPtrSet<const llvm::Value*, 8> seen;
    llvm::SmallVector<const llvm::Value*> rest = {&phi};
    while (!rest.empty()) {
      const llvm::Value* value = rest.pop_back_val();
      if (loop->isLoopInvariant(value) || !seen.insert(value).second) continue;
      const auto* carried = llvm::dyn_cast<llvm::PHINode>(value);
      if (carried && carried->getParent() == loop->getHeader())
        for (const llvm::BasicBlock* end : carried->blocks()) {
          if (loop->contains(end)) rest.push_back(carried->getIncomingValueForBlock(end));
        }
      else if (const auto* computed = llvm::dyn_cast<llvm::Instruction>(value);
               computed && llvm::isa<llvm::BinaryOperator, llvm::CastInst>(computed))
        rest.append(computed->op_begin(), computed->op_end());
      else
        return false;
    }
    return true;
  }

  /// Whether a comparison that the loop ends by is with the number or what is computed from it, as with a bit that is
  /// shifted in each round.
  bool ends_loop(const llvm::PHINode& phi) {
    const llvm::Loop* loop = ranges_.loops().getLoopFor(phi.getParent());
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop->getExitingBlocks(exiting);
    return llvm::any_of(exiting, [&](const llvm::BasicBlock* block) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      return branch && branch->isConditional() &&
             llvm::any_of(comparisons_in(*branch->getCondition()), [&](const llvm::ICmpInst* comparison) {
               return llvm::any_of(comparison->operands(),
                                   [&](const llvm::Use& side) { return is_computed_from(*side, phi); });
             });
    });
  }

  /// Whether some ways of a round add a constant to the number: a comparison with it tells the verifier its bounds.
  static bool is_counted_up(llvm::PHINode& phi) {
    const auto numbers = numbers_kept(phi);
    return numbers && llvm::any_of(*numbers, [&](const llvm::Use* number) {
             const auto* sum = llvm::dyn_cast<llvm::BinaryOperator>(*number);
             return sum && sum->getOpcode() == llvm::Instruction::Add && sum->getOperand(0) == &phi &&
                    llvm::isa<llvm::ConstantInt>(sum->getOperand(1));
           });
  }

  void hide(llvm::PHINode& phi, const llvm::Loop& loop) {
    const Uses uses(phi, loop);
    llvm::IRBuilder<> builder(&*phi.getParent()->getFirstInsertionPt());
    const llvm::ConstantRange proven = ranges_.proven(phi, *builder.GetInsertPoint());
    const bool is_wide = phi.getType()->getIntegerBitWidth() > most_forgotten_bits;
    if (!uses.decide() || uses.need_more_than_bound() || (is_wide && proven.getActiveBits() > most_forgotten_bits) ||
        !are_bounded(uses))
      return;
    llvm::SmallVector<llvm::Use*> hidden_from;
    for (llvm::Use& use : phi.uses()) hidden_from.push_back(&use);
    const bool is_aligned = llvm::any_of(accesses_, [&](const IndexedAccess& access) {
      return llvm::any_of(access.indexes, [&](const IndexOperand& index) {
        return uses.contain(index.number()) && has_to_be_aligned(access, index);
      });
    });
    llvm::Value& hidden = make_hidden(builder, phi, uses.need_bound() ? &proven : nullptr, is_aligned);
    for (llvm::Use* use : hidden_from) use->set(&hidden);
  }

  /// Whether the verifier, which takes no access of the stack that may be unaligned, has to know the lowest bits of the
  /// index, as of an offset in bytes.
  static bool has_to_be_aligned(const IndexedAccess& access, const IndexOperand& index) {
    return llvm::isa<llvm::AllocaInst>(access.base) && static_cast<uint64_t>(index.stride) % access.size != 0;
  }

  /// Compares for the choice, and for those that it is made of, where they are: a number that is there earlier, as it
  /// is used otherwise too, code generation compares there, and keeps the result.
  static void keep_in_place(llvm::Instruction& choice) {
    for (llvm::Value* operand : choice.operand_values()) {
      auto* part = llvm::dyn_cast<llvm::Instruction>(operand);
      if (!part || part->getParent() != choice.getParent() || !part->hasOneUse()) continue;
      auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(part);
      if (!comparison) {
        if (is_choice(*part)) keep_in_place(*part);
        continue;
      }
      llvm::Value& compared = *comparison->getOperand(0);
      if (!compared.getType()->isIntegerTy() || llvm::isa<llvm::Constant>(compared) ||
          !is_used_before_write(compared, *comparison))
        continue;
      llvm::IRBuilder<> builder(comparison);
      comparison->setOperand(0, make_opaque(builder, compared, /*stays=*/true));
    }
  }

  /// Whether the number is used in the block, and something is written behind that and in front of the instruction.
  static bool is_used_before_write(const llvm::Value& number, llvm::Instruction& instruction) {
    const auto is_before = [](const llvm::Instruction& one, const llvm::User* other) {
      const auto* user = llvm::cast<llvm::Instruction>(other);
      return user->getParent() == one.getParent() && user->comesBefore(&one);
    };
    for (const llvm::Instruction* at = &instruction; at; at = at->getPrevNode())
      if (llvm::isa<llvm::StoreInst>(at))
        return llvm::any_of(number.users(), [&](const llvm::User* user) { return is_before(*at, user); });
    return false;
  }

  /// Hides the indexes that are one of several constants, where they are many: code generation computes them all before
  /// it uses the first, and the verifier follows each combination.
  void hide_chosen() {
    struct Chosen {
      llvm::Use* use;
      llvm::ConstantRange proven;
      bool is_aligned;
    };
    llvm::SmallVector<Chosen> chosen;
    for (const IndexedAccess& access : accesses_)
      for (const IndexOperand& index : access.indexes) {
        if (!is_choice(index.number()) || ranges_.loops().getLoopFor(access.instruction->getParent()) ||
            !ranges_.is_walked(index.number()))
          continue;
        const Judgement judgement = judge(access, ranges_, unit_);
        const llvm::ConstantRange proven = ranges_.proven(index.number(), *access.instruction);
        if (judgement.size == 0 || judgement.outcome == Judgement::Outcome::Unproven ||
            proven.getActiveBits() > most_forgotten_bits)
          continue;
        auto* address = llvm::dyn_cast<llvm::Instruction>(index.address);
        if (address && llvm::isa<llvm::Instruction>(index.number()))
          chosen.push_back({&address->getOperandUse(index.operand), proven, has_to_be_aligned(access, index)});
      }
    if (chosen.size() <= few_choices) return;
    for (auto& [use, proven, is_aligned] : chosen) {
      auto& choice = *llvm::cast<llvm::Instruction>(use->get());
      keep_in_place(choice);
      llvm::IRBuilder<> builder(&**choice.getInsertionPointAfterDef());
      use->set(&make_hidden(builder, **use, &proven, is_aligned));
    }
  }

  bool are_bounded(const Uses& uses) {
    return llvm::all_of(accesses_, [&](const IndexedAccess& access) {
      if (llvm::none_of(access.indexes, [&](const IndexOperand& index) { return uses.contain(index.number()); }))
        return true;
      const Judgement judgement = judge(access, ranges_, unit_);
      return judgement.size != 0 && judgement.outcome != Judgement::Outcome::Unproven;
    });
  }

  NumberRanges& ranges_;
  const TranslationUnit& unit_;
  std::vector<IndexedAccess> accesses_;
};

}  // namespace

void hide_carried_numbers(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel) {
  for_each_function(module, kernel, [&](llvm::Function& function, NumberRanges& ranges) {
    CarriedNumbers(function, ranges, unit).hide();
  });
}

}  // namespace ebpfxx::cc
