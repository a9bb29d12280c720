#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

#include <array>

#include "base/conditions.hpp"
#include "base/function_analyses.hpp"
#include "base/helper_loop.hpp"
#include "base/helper_table.hpp"
#include "base/loop_rounds.hpp"
#include "base/opaque.hpp"
#include "base/verifier_arithmetic.hpp"
#include "checks/rules.hpp"
#include "checks/wrapping_counter.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// The verifier walks each round, of two instructions at least.
constexpr uint64_t too_many_rounds = most_verifier_steps / 2;
/// Values of a number that becomes less by one each round, and so cannot be followed to its end.
constexpr uint64_t too_many_values = most_verifier_steps;

/// Whether the verifier knows nothing of the result but its type (adjust_scalar_min_max_vals in kernel/bpf/verifier.c).
bool is_forgotten(const llvm::Instruction& instruction) {
  if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
    return !llvm::isa<llvm::AllocaInst>(llvm::getUnderlyingObject(load->getPointerOperand()));
  if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) return called_helper(*call) != nullptr;
  // Of the latest verifiers, as the loop has to be endless for all.
  const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(&instruction);
  return operation && forgets_register(*operation, first_to_relate_registers);
}

/// Whether the verifier can go on with a loop for ever, as far as it knows.
class EndlessLoop {
 public:
  EndlessLoop(const llvm::Loop& loop, NumberRanges& ranges, KernelVersion kernel)
      : loop_(loop), ranges_(ranges), kernel_(kernel), rounds_(ranges), too_many_rounds_(rounds_too_many()) {}

  bool is_certain() {
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop_.getExitingBlocks(exiting);
    const bool goes_on = llvm::all_of(exiting, [&](llvm::BasicBlock* block) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      return branch && branch->isConditional() &&
             may_go_on(*branch->getCondition(), loop_.contains(branch->getSuccessor(0)));
    });
    if (!goes_on || wrapping_) return goes_on;  // LLVM counts rounds as if the counter did not wrap around
    const std::optional<uint64_t> rounds = rounds_.most(loop_);
    return !rounds || (*rounds > too_many_rounds_ && !helper_runs(loop_, *rounds, ranges_, kernel_));
  }

  /// Whether bpf_loop could run it, were it not for variables of which older verifiers take what they know in the first
  /// round for known in all.
  bool is_for_later_helper() {
    const std::optional<uint64_t> rounds = rounds_.most(loop_);
    return rounds && kernel_ < first_to_walk_rounds && helper_runs(loop_, *rounds, ranges_, first_to_walk_rounds);
  }

  bool has_no_exit() const { return loop_.hasNoExitBlocks(); }

  /// Of the exits that count, the most rounds that one allows.
  std::optional<uint64_t> counted_rounds() const { return counted_; }

  /// How a counter gets by its limit.
  const std::optional<std::string>& wrapping() const { return wrapping_; }

 private:
  /// Whether the verifier takes it in each round that the condition may come out as `truth`.
  bool may_go_on(llvm::Value& condition, bool truth) {
    llvm::Value *one = nullptr, *other = nullptr;
    if (llvm::Value* shown = behind_opaque(condition)) return may_go_on(*shown, truth);
    if (match(&condition, m_Not(m_Value(one)))) return may_go_on(*one, !truth);
    const bool is_and = match(&condition, m_LogicalAnd(m_Value(one), m_Value(other)));
    if (is_and || match(&condition, m_LogicalOr(m_Value(one), m_Value(other)))) {
      if (is_and == truth) return may_go_on(*one, truth) && may_go_on(*other, truth);
      return llvm::any_of(std::array{one, other}, [&, counted = counted_](llvm::Value* part) {
        counted_ = counted;  // the rounds of a part that ends say nothing where another goes on
        return may_go_on(*part, truth);
      });
    }
    auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition);
    if (!comparison) return is_unknown(condition);
    llvm::Value &left = *comparison->getOperand(0), &right = *comparison->getOperand(1);
    if (left.getType()->isPointerTy()) return llvm::isa<llvm::ConstantPointerNull>(right) && is_unknown(left);
    for (const auto why_endless : {endless_by_wrapping, endless_by_start})
      if (auto why = why_endless(loop_, *comparison, truth, ranges_)) {
        wrapping_ = std::move(why);
        return true;
      }
    if (comparison->isEquality() && truth == (comparison->getPredicate() == llvm::ICmpInst::ICMP_NE) &&
        (is_anew_in_each_round(left) || is_anew_in_each_round(right)))
      return true;
    if (is_counter(left) || is_counter(right)) {
      const std::optional<uint64_t> rounds = rounds_.most(loop_, *comparison, truth);
      // Those of `n * n < limit` are computed, as far as the verifier walks.
      if (!rounds) return comparison->isRelational() && !is_affine(left) && !is_affine(right);
      counted_ = std::max(counted_.value_or(0), *rounds);
      const bool is_of_constant = llvm::isa<llvm::Constant>(left) || llvm::isa<llvm::Constant>(right);
      return *rounds > too_many_rounds_ && (is_of_constant || !(ranges_.is_walked(left) && ranges_.is_walked(right)));
    }
    return is_unknown(left) && is_unknown(right);
  }

  /// The verifier walks what each round runs for certain, and where the counter has to be known exactly, each round.
  /// Of branches that may come out either way, it remembers the other.
  uint64_t rounds_too_many() {
    const llvm::BasicBlock* latch = loop_.getLoopLatch();
    if (!latch || !needs_exact_counter()) return too_many_rounds;
    uint64_t steps = 1, branches = 0;
    for (const llvm::BasicBlock* block : loop_.blocks()) {
      if (ranges_.loops().getLoopFor(block) != &loop_ || !ranges_.dominators().dominates(block, latch)) continue;
      steps += instructions_of(*block);
      branches += rounds_.choices_in(*block);
      const uint64_t remembered = may_be_either(*block->getTerminator());
      branches += block == latch && remembered > 0 ? remembered - 1 : remembered;  // the last one ends the round
    }
    const uint64_t by_steps = std::min(too_many_rounds, most_verifier_steps * 4 / 3 / steps);
    return branches == 0 ? by_steps : std::min(by_steps, most_verifier_branches / branches + 1);
  }

  /// Whether a counter of the loop is compared with a constant, or is an index.
  bool needs_exact_counter() {
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop_.getExitingBlocks(exiting);
    const auto compares_constant = [&](const llvm::BasicBlock* block) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      return branch && branch->isConditional() && rounds_.is_decided(*branch);
    };
    return llvm::any_of(exiting, compares_constant) || llvm::any_of(loop_.getHeader()->phis(), [&](llvm::PHINode& phi) {
             return formula_of(phi) && is_index(phi);
           });
  }

  /// Whether an address in the loop is computed from the number.
  bool is_index(llvm::Value& number) const {
    return llvm::any_of(number.users(), [&](llvm::User* user) {
      auto* computed = llvm::cast<llvm::Instruction>(user);
      if (!loop_.contains(computed) || llvm::isa<llvm::PHINode>(computed)) return false;
      return llvm::isa<llvm::GetElementPtrInst>(computed) ||
             (llvm::isa<llvm::BinaryOperator, llvm::CastInst>(computed) && is_index(*computed));
    });
  }

  /// Of how many comparisons that make up the branch the verifier does not know in any round how they come out.
  uint64_t may_be_either(const llvm::Instruction& end) {
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(&end);
    if (!branch || !branch->isConditional()) return 0;
    uint64_t found = 0;
    for (llvm::ICmpInst* comparison : comparisons_in(*branch->getCondition())) {
      llvm::Value &left = *comparison->getOperand(0), &right = *comparison->getOperand(1);
      if (loop_.isLoopInvariant(comparison) || !left.getType()->isIntegerTy()) continue;
      if (is_counter(left) || is_counter(right)) {
        llvm::Value& limit = is_counter(left) ? right : left;
        if (ranges_.is_walked(limit)) continue;
        // Of a counter and the lesser of two limits, two comparisons are made.
        found += llvm::isa<llvm::MinMaxIntrinsic, llvm::SelectInst>(limit) ? 2 : 1;
      } else if ((llvm::isa<llvm::Constant>(left) || is_unknown(left)) &&
                 (llvm::isa<llvm::Constant>(right) || is_unknown(right))) {
        ++found;
      }
      seen_.clear();
    }
    return found;
  }

  bool is_counter(llvm::Value& value) const { return formula_of(value) != nullptr; }

  /// Whether the value is a counter that changes by the same in each round.
  bool is_affine(llvm::Value& value) const {
    const llvm::SCEVAddRecExpr* formula = formula_of(value);
    return formula && formula->isAffine();
  }

  const llvm::SCEVAddRecExpr* formula_of(llvm::Value& value) const {
    llvm::ScalarEvolution& evolution = ranges_.evolution();
    if (!evolution.isSCEVable(value.getType())) return nullptr;
    const auto* formula = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(&value));
    return formula && formula->getLoop() == &loop_ ? formula : nullptr;
  }

  /// Whether the value is one of which the verifier never knows anything.
  bool is_anew_in_each_round(llvm::Value& value) {
    const auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
    return instruction && loop_.contains(instruction) && is_forgotten(*instruction);
  }

  /// Whether the verifier knows no more of the value from round to round.
  bool is_unknown(llvm::Value& value) {
    auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
    if (!instruction || loop_.isLoopInvariant(&value) || !seen_.insert(instruction).second) return true;
    if (llvm::Value* shown = behind_opaque(value)) return is_unknown(*shown);
    if (is_forgotten(*instruction)) return true;
    if (auto* phi = llvm::dyn_cast<llvm::PHINode>(instruction); phi && phi->getParent() == loop_.getHeader())
      return stays_unknown(*phi);
    const bool is_computed = instruction->isBinaryOp() || instruction->isCast() ||
                             llvm::isa<llvm::SelectInst, llvm::PHINode, llvm::FreezeInst>(instruction);
    return is_computed && llvm::all_of(instruction->operands(), [&](llvm::Use& operand) {
             return operand->getType()->isIntegerTy(1) || is_unknown(*operand.get());
           });
  }

  /// Whether a number that may be almost any has as many values behind a round.
  bool stays_unknown(llvm::PHINode& phi) {
    llvm::BasicBlock *before = loop_.getLoopPredecessor(), *latch = loop_.getLoopLatch();
    if (!phi.getType()->isIntegerTy() || !before || !latch) return false;
    llvm::Value& start = *phi.getIncomingValueForBlock(before);
    return has_many_values(start, *before->getTerminator()) && comes_from_unknown(start) &&
           widens(*phi.getIncomingValueForBlock(latch));
  }

  bool has_many_values(llvm::Value& value, llvm::Instruction& at) {
    return ranges_.followed(value, at).isSizeLargerThan(too_many_values);
  }

  /// Whether the value depends on one that may be almost any. Where it does not, as the rest of an array behind the
  /// entry that another loop found, the verifier knows more than we do.
  bool comes_from_unknown(llvm::Value& value) {
    return is_computed_from(value, [&](llvm::Value& source) {
      auto* instruction = llvm::dyn_cast<llvm::Instruction>(&source);
      if (!instruction) return llvm::isa<llvm::Argument>(source);
      return (is_forgotten(*instruction) || multiplies_itself(*instruction)) &&
             has_many_values(*instruction, *instruction);
    });
  }

  /// Whether it is multiplied again in each round, as a hash is.
  static bool multiplies_itself(llvm::Instruction& instruction) {
    if (instruction.getOpcode() != llvm::Instruction::Mul && instruction.getOpcode() != llvm::Instruction::Shl)
      return false;
    return llvm::any_of(instruction.operand_values(), [&](llvm::Value* operand) {
      return is_computed_from(*operand, [&](llvm::Value& source) { return &source == &instruction; });
    });
  }

  /// Whether the value, or one that it is computed from, is such a one.
  static bool is_computed_from(llvm::Value& value, llvm::function_ref<bool(llvm::Value&)> is_such) {
    llvm::SmallVector<llvm::Value*> rest = {&value};
    llvm::SmallPtrSet<llvm::Value*, 16> seen;
    while (!rest.empty()) {
      llvm::Value* source = rest.pop_back_val();
      if (!seen.insert(source).second) continue;
      if (is_such(*source)) return true;
      auto* instruction = llvm::dyn_cast<llvm::Instruction>(source);
      if (instruction && !is_forgotten(*instruction)) llvm::append_range(rest, instruction->operand_values());
    }
    return false;
  }

  /// Whether, on one way at least, the value is not narrowed down by what is computed in a round.
  bool widens(llvm::Value& value) {
    auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
    if (!instruction || loop_.isLoopInvariant(&value)) return false;
    if (llvm::Value* shown = behind_opaque(value)) return widens(*shown);
    if (is_forgotten(*instruction)) return true;
    switch (instruction->getOpcode()) {
      case llvm::Instruction::Mul:
      case llvm::Instruction::Shl:
      case llvm::Instruction::Xor:
        return true;
      case llvm::Instruction::And:
        return !llvm::isa<llvm::Constant>(instruction->getOperand(1));
      case llvm::Instruction::Add:
        return widens(*instruction->getOperand(0)) || widens(*instruction->getOperand(1));
      case llvm::Instruction::ZExt:
      case llvm::Instruction::Trunc:
        return widens(*instruction->getOperand(0));
      case llvm::Instruction::Select:
        return widens(*instruction->getOperand(1)) || widens(*instruction->getOperand(2));
      case llvm::Instruction::PHI:
        return instruction->getParent() != loop_.getHeader() &&
               !ranges_.loops().isLoopHeader(instruction->getParent()) &&
               llvm::any_of(llvm::cast<llvm::PHINode>(instruction)->incoming_values(),
                            [&](llvm::Use& way) { return widens(*way.get()); });
      default:
        return false;
    }
  }

  const llvm::Loop& loop_;
  NumberRanges& ranges_;
  KernelVersion kernel_;
  LoopRounds rounds_;
  llvm::SmallPtrSet<llvm::Instruction*, 16> seen_;
  uint64_t too_many_rounds_;
  std::optional<uint64_t> counted_;
  std::optional<std::string> wrapping_;
};

std::string message_of(EndlessLoop& loop) {
  if (loop.has_no_exit())
    return "this loop never ends, as what would end it never comes true; give it a constant bound";
  if (loop.wrapping()) return *loop.wrapping();
  const std::optional<uint64_t> rounds = loop.counted_rounds();
  if (!rounds)
    return "the verifier sees no end of this loop: what ends it may be any number; end it by "
           "'for (auto i : up_to<N>())', and break";
  const std::string found = "this loop may have " + std::to_string(*rounds) + " rounds, ";
  if (loop.is_for_later_helper())
    return found +
           "more than the verifier follows; keep in a PerCpu what they change, or compile for --kernel=6.8, for "
           "the helper bpf_loop";
  return found + "the verifier follows " + std::to_string(most_verifier_steps) +
         " instructions; end it by 'for (auto i : up_to<N>(count))'";
}

class FunctionLoops {
 public:
  FunctionLoops(llvm::Function& function, const OptimisedCode& code, Diagnostics& diagnostics)
      : ranges_(function, analyses_.manager(), code.kernel), code_(code), diagnostics_(diagnostics) {}

  void check() {
    for (const llvm::Loop* loop : ranges_.loops()) check(*loop);
  }

 private:
  /// Reports an inner loop only, of those that are nested. Returns whether it did.
  bool check(const llvm::Loop& loop) {
    bool found = false;
    for (const llvm::Loop* inner : loop) found |= check(*inner);
    if (found) return true;
    EndlessLoop endless(loop, ranges_, code_.kernel);
    if (!endless.is_certain()) return false;
    diagnostics_.error(code_.locations.trail(start_of(loop), *loop.getHeader()->getParent()), "loop-bound",
                       message_of(endless));
    return true;
  }

  FunctionAnalyses analyses_;
  NumberRanges ranges_;
  const OptimisedCode& code_;
  Diagnostics& diagnostics_;
};

}  // namespace

/// A loop that the verifier walks for ever: all its exits depend on what may be any number.
void check_loop_end(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const llvm::Function& function : code.module)
    // Analyses of LLVM take functions that may be changed, and leave them as they are.
    if (!function.isDeclaration()) FunctionLoops(const_cast<llvm::Function&>(function), code, diagnostics).check();
}

}  // namespace ebpfxx::cc
