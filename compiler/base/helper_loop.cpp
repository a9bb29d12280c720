#include "base/helper_loop.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/Instructions.h>

#include <ebpfxx/abi.hpp>

#include "base/helper_table.hpp"
#include "base/loop_rounds.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

/// Below this, by estimate, a loop stays as it is: the verifier has steps for it, and for what the estimate misses. It
/// walks the body of a loop several times.
constexpr uint64_t most_steps = most_verifier_steps / 4, most_steps_in_body = 1000;

bool fits_register(const llvm::Type& type) {
  return type.isPointerTy() || (type.isIntegerTy() && type.getIntegerBitWidth() <= 64);
}

/// What a function that the helper calls must not do: jump to other programs, take locks.
bool is_bound_to_program(const llvm::Instruction& instruction) {
  constexpr llvm::StringLiteral names[] = {"tail_call", "spin_lock", "spin_unlock"};
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
  const HelperInfo* helper = call ? called_helper(*call) : nullptr;
  return llvm::isa<llvm::AllocaInst, llvm::CallBrInst, llvm::IndirectBrInst>(instruction) ||
         (helper && llvm::is_contained(names, helper->name));
}

/// Whether what the loop takes from elsewhere, and what is used behind it, can be shared through memory. A pointer
/// cannot come out of it: for the verifier the loop may have had no round, and then there is none.
bool shares_values(const llvm::Loop& loop, const llvm::Instruction& instruction) {
  const auto takes_fitting = [&](const llvm::Value* operand) {
    const auto* made = llvm::dyn_cast<llvm::Instruction>(operand);
    return loop.contains(made ? made->getParent() : nullptr) || !(made || llvm::isa<llvm::Argument>(operand)) ||
           fits_register(*operand->getType());
  };
  const auto gives_fitting = [&](const llvm::User* user) {
    return loop.contains(llvm::cast<llvm::Instruction>(user)) ||
           (instruction.getType()->isIntegerTy() && fits_register(*instruction.getType()));
  };
  return llvm::all_of(instruction.operand_values(), takes_fitting) && llvm::all_of(instruction.users(), gives_fitting);
}

/// A variable on the stack, as one round of the loop uses it.
class StackVariable {
 public:
  explicit StackVariable(const llvm::Loop& loop, const llvm::DominatorTree& dominators)
      : loop_(loop), dominators_(dominators) {}

  /// Whether no round finds what another, or the code before the loop, has left in the variable, or none writes it.
  /// What is used in the loop only is written there before it is read.
  bool is_alike_in_each_round(const llvm::AllocaInst& variable) {
    if (variable.getMetadata(shared_values_mark)) return true;
    find_uses(variable);
    if (!is_written_ || is_local_) return true;
    const auto size = variable.getAllocationSize(variable.getDataLayout());
    return llvm::any_of(uses_, [&](const llvm::Instruction* use) {
      const auto* store = llvm::dyn_cast<llvm::StoreInst>(use);
      return store && store->getPointerOperand() == &variable && size &&
             variable.getDataLayout().getTypeStoreSize(store->getValueOperand()->getType()) == *size &&
             llvm::all_of(uses_, [&](const llvm::Instruction* other) {
               return other == store || dominators_.dominates(store, other);
             });
    });
  }

 private:
  void find_uses(const llvm::Value& pointer) {
    for (const llvm::User* user : pointer.users()) {
      const auto* instruction = llvm::dyn_cast<llvm::Instruction>(user);
      if (!instruction || !seen_.insert(instruction).second) continue;
      if (instruction->getType()->isPointerTy() && !llvm::isa<llvm::LoadInst, llvm::CallInst>(instruction)) {
        find_uses(*instruction);
      } else if (instruction->getType()->isPointerTy() && llvm::isa<llvm::CallInst>(instruction) &&
                 behind_opaque(*instruction)) {
        find_uses(*instruction);
      } else if (instruction->isLifetimeStartOrEnd() || llvm::isa<llvm::CmpInst>(instruction)) {
        continue;
      } else if (!loop_.contains(instruction)) {
        is_local_ = false;
      } else {
        uses_.push_back(instruction);
        is_written_ |= instruction->mayWriteToMemory();
      }
    }
  }

  const llvm::Loop& loop_;
  const llvm::DominatorTree& dominators_;
  llvm::SmallPtrSet<const llvm::Instruction*, 16> seen_;
  llvm::SmallVector<const llvm::Instruction*> uses_;
  bool is_written_ = false;
  bool is_local_ = true;  ///< to the loop
};

/// Whether what the verifier sees in the first round is what it would see in all of them. Numbers can be hidden from
/// it.
bool is_alike_in_each_round(const llvm::Loop& loop, const llvm::DominatorTree& dominators) {
  const auto is_number = [](const llvm::PHINode& phi) { return phi.getType()->isIntegerTy(); };
  return llvm::all_of(loop.getHeader()->phis(), is_number) &&
         llvm::all_of(loop.getHeader()->getParent()->getEntryBlock(), [&](const llvm::Instruction& instruction) {
           const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
           return !variable || StackVariable(loop, dominators).is_alike_in_each_round(*variable);
         });
}

}  // namespace

bool helper_runs(const llvm::Loop& loop, uint64_t rounds, const NumberRanges& ranges, KernelVersion kernel) {
  llvm::SmallVector<llvm::BasicBlock*> exits;
  loop.getUniqueExitBlocks(exits);
  const auto gives_numbers = [](const llvm::BasicBlock* exit) {
    return llvm::all_of(exit->phis(), [](const llvm::PHINode& phi) { return phi.getType()->isIntegerTy(); });
  };
  return kernel >= helper_named("loop").since && rounds <= abi::most_rounds && !exits.empty() &&
         (kernel >= first_to_walk_rounds || is_alike_in_each_round(loop, ranges.dominators())) &&
         llvm::all_of(exits, gives_numbers) && llvm::all_of(loop.blocks(), [&](const llvm::BasicBlock* block) {
           return llvm::all_of(*block, [&](const llvm::Instruction& instruction) {
             return !is_bound_to_program(instruction) && shares_values(loop, instruction);
           });
         });
}

std::optional<uint64_t> rounds_in_helper(const llvm::Loop& loop, NumberRanges& ranges, KernelVersion kernel) {
  LoopRounds rounds(ranges);
  const llvm::Loop* outer = loop.getParentLoop();
  const bool is_in_body = outer && rounds_in_helper(*outer, ranges, kernel);
  const LoopRounds::Walk walk = rounds.walk(loop);
  if (walk.steps <= (is_in_body ? most_steps_in_body : most_steps) && walk.branches <= most_verifier_branches)
    return std::nullopt;
  const std::optional<uint64_t> most = rounds.most(loop);
  return most && helper_runs(loop, *most, ranges, kernel) ? most : std::nullopt;
}

}  // namespace ebpfxx::cc
