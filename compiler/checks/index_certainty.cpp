#include "checks/index_certainty.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/Analysis/CFG.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

#include "base/helper_table.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;
using Values = llvm::SmallPtrSet<llvm::Value*, 16>;

/// Helpers whose result the verifier bounds (do_refine_retval_range and check_helper_call in kernel/bpf/verifier.c).
bool has_known_result(const llvm::CallBase& call) {
  constexpr llvm::StringLiteral bounded[] = {"get_smp_processor_id", "get_stack",           "get_task_stack",
                                             "probe_read_str",       "probe_read_user_str", "probe_read_kernel_str"};
  const HelperInfo* helper = called_helper(call);
  return !helper || llvm::is_contained(bounded, helper->name);
}

/// Whether helpers alone write to the variable: the verifier does not know what.
bool has_helpers_write(const llvm::AllocaInst& variable) {
  llvm::SmallVector<const llvm::User*> rest(variable.users());
  while (!rest.empty()) {
    const auto* user = llvm::cast<llvm::Instruction>(rest.pop_back_val());
    if (llvm::isa<llvm::GetElementPtrInst>(user)) {
      rest.append(user->user_begin(), user->user_end());
      continue;
    }
    const auto* call = llvm::dyn_cast<llvm::CallBase>(user);
    if (!llvm::isa<llvm::LoadInst>(user) && !user->isLifetimeStartOrEnd() && !(call && called_helper(*call)))
      return false;
  }
  return true;
}

bool is_computed(const llvm::Instruction& instruction) {
  return instruction.isBinaryOp() || instruction.isCast() ||
         llvm::isa<llvm::SelectInst, llvm::PHINode, llvm::FreezeInst>(instruction) || behind_opaque(instruction) ||
         (llvm::isa<llvm::IntrinsicInst>(instruction) && !instruction.mayReadOrWriteMemory());
}

/// Whether it is the result that BPF gives a division by 0, or that of a division by something else
/// (lower/divisions.hpp): the test is of the divisor alone.
bool chooses_for_zero(const llvm::SelectInst& choice) {
  llvm::Value* divisor = nullptr;
  llvm::ICmpInst::Predicate predicate;
  if (!match(choice.getCondition(), m_ICmp(predicate, m_Value(divisor), m_Zero())) ||
      predicate != llvm::ICmpInst::ICMP_EQ)
    return false;
  const llvm::Value* quotient = choice.getFalseValue();
  while (llvm::isa<llvm::CastInst>(quotient)) quotient = llvm::cast<llvm::CastInst>(quotient)->getOperand(0);
  const auto* division = llvm::dyn_cast<llvm::BinaryOperator>(quotient);
  return division && division->isIntDivRem() && !llvm::isa<llvm::Constant>(division->getOperand(1));
}

/// Whether a branch on the result may tell the verifier of an operand. What is calculated from two numbers tells of
/// neither.
bool tells_of_operand(const llvm::Instruction& instruction) {
  if (llvm::isa<llvm::CmpInst>(instruction)) return true;
  const bool is_of_two = instruction.isBinaryOp() && !llvm::isa<llvm::Constant>(instruction.getOperand(0)) &&
                         !llvm::isa<llvm::Constant>(instruction.getOperand(1));
  return is_computed(instruction) && !is_of_two;
}

class Certainty {
 public:
  Certainty(llvm::Instruction& at, NumberRanges& ranges) : at_(at), ranges_(ranges) {}

  bool of(llvm::Value& index) {
    return find_sources(index) && llvm::all_of(sources_, [&](llvm::Value* source) { return has_plain_tests(*source); });
  }

 private:
  /// Collects what the index is computed from. Returns false if the verifier may know more of some of it.
  bool find_sources(llvm::Value& index) {
    llvm::SmallVector<llvm::Value*> rest = {&index};
    while (!rest.empty()) {
      llvm::Value* value = rest.pop_back_val();
      if (llvm::isa<llvm::Constant>(value) || !sources_.insert(value).second) continue;
      auto* instruction = llvm::dyn_cast<llvm::Instruction>(value);
      if (!instruction) return false;
      if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(instruction)) {
        const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(llvm::getUnderlyingObject(load->getPointerOperand()));
        if (variable && !has_helpers_write(*variable)) return false;
      } else if (auto* phi = llvm::dyn_cast<llvm::PHINode>(instruction);
                 phi && ranges_.loops().isLoopHeader(phi->getParent())) {
        if (!is_plain_counter(*phi)) return false;
        rest.append(phi->value_op_begin(), phi->value_op_end());
      } else if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(instruction); choice && chooses_for_zero(*choice)) {
        rest.append({choice->getTrueValue(), choice->getFalseValue()});
      } else if (instruction->isIntDivRem() && !llvm::isa<llvm::Constant>(instruction->getOperand(1))) {
        continue;  // the verifier knows nothing of the result, whatever it knows of the operands
      } else if (is_computed(*instruction)) {
        rest.append(instruction->op_begin(), instruction->op_end());
      } else {
        const auto* call = llvm::dyn_cast<llvm::CallBase>(instruction);
        if (!call || has_known_result(*call)) return false;
      }
    }
    return true;
  }

  /// A counter with a formula, whose loop ends by comparisons of such counters, or by what is read or returned in it.
  bool is_plain_counter(llvm::PHINode& phi) const {
    llvm::ScalarEvolution& evolution = ranges_.evolution();
    const llvm::Loop& loop = *ranges_.loops().getLoopFor(phi.getParent());
    if (!evolution.isSCEVable(phi.getType())) return false;
    const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution.getSCEV(&phi));
    if (!counter) return false;
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop.getExitingBlocks(exiting);
    return llvm::all_of(exiting, [&](llvm::BasicBlock* block) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      const auto* comparison =
          branch && branch->isConditional() ? llvm::dyn_cast<llvm::ICmpInst>(branch->getCondition()) : nullptr;
      if (comparison && llvm::any_of(comparison->operands(), [&](llvm::Value* end) { return is_known(*end, loop); }))
        return false;
      if (!llvm::isa<llvm::SCEVCouldNotCompute>(evolution.getExitCount(&loop, block))) return true;
      if (!branch || !branch->isConditional()) return false;
      if (!comparison) return !counts(*branch->getCondition(), loop);
      return llvm::all_of(comparison->operands(),
                          [&](llvm::Value* side) { return is_counter(*side, loop) || !counts(*side, loop); });
    });
  }

  /// Whether the verifier, which comes to the loop on many ways, knows the value on each.
  bool is_known(llvm::Value& value, const llvm::Loop& loop) const {
    return !llvm::isa<llvm::Constant>(value) && value.getType()->isIntegerTy() && loop.isLoopInvariant(&value) &&
           ranges_.is_walked(value);
  }

  /// Whether the value is a counter with a formula, and a constant more.
  bool is_counter(llvm::Value& value, const llvm::Loop& loop) const {
    auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
    while (instruction && (instruction->isCast() || (instruction->getOpcode() == llvm::Instruction::Add &&
                                                     llvm::isa<llvm::ConstantInt>(instruction->getOperand(1)))))
      instruction = llvm::dyn_cast<llvm::Instruction>(instruction->getOperand(0));
    return instruction && llvm::isa<llvm::PHINode>(instruction) && instruction->getParent() == loop.getHeader() &&
           llvm::isa<llvm::SCEVAddRecExpr>(ranges_.evolution().getSCEV(instruction));
  }

  /// Whether the value is computed from something that the loop carries from round to round.
  static bool counts(llvm::Value& value, const llvm::Loop& loop) {
    Values seen;
    llvm::SmallVector<llvm::Value*> rest = {&value};
    while (!rest.empty()) {
      auto* instruction = llvm::dyn_cast<llvm::Instruction>(rest.pop_back_val());
      if (!instruction || !seen.insert(instruction).second) continue;
      if (llvm::isa<llvm::PHINode>(instruction) && instruction->getParent() == loop.getHeader()) return true;
      if (is_computed(*instruction) || llvm::isa<llvm::CmpInst>(instruction))
        rest.append(instruction->op_begin(), instruction->op_end());
    }
    return false;
  }

  /// Whether all branches on what is computed from the source are comparisons of it that lead to the access by one
  /// side.
  bool has_plain_tests(llvm::Value& source) const {
    Values seen;
    llvm::SmallVector<llvm::Value*> rest = {&source};
    while (!rest.empty()) {
      llvm::Value* value = rest.pop_back_val();
      if (!seen.insert(value).second) continue;
      for (llvm::User* user : value->users()) {
        auto* instruction = llvm::cast<llvm::Instruction>(user);
        if (const auto* branch = llvm::dyn_cast<llvm::BranchInst>(instruction)) {
          if (!is_plain(*branch)) return false;
        } else if (llvm::isa<llvm::SwitchInst>(instruction)) {
          if (llvm::isPotentiallyReachable(instruction, &at_, nullptr, &ranges_.dominators(), &ranges_.loops()))
            return false;
        } else if (instruction->getType()->isIntegerTy() && tells_of_operand(*instruction)) {
          rest.push_back(instruction);
        }
      }
    }
    return true;
  }

  bool is_plain(const llvm::BranchInst& branch) const {
    const llvm::DominatorTree& dominators = ranges_.dominators();
    if (!llvm::isPotentiallyReachable(&branch, &at_, nullptr, &dominators, &ranges_.loops())) return true;
    const llvm::Loop* loop = ranges_.loops().getLoopFor(branch.getParent());
    if (loop && loop->isLoopExiting(branch.getParent()) && loop->contains(&at_)) return true;
    return llvm::any_of(branch.successors(), [&](const llvm::BasicBlock* next) {
      return dominators.dominates(llvm::BasicBlockEdge(branch.getParent(), next), at_.getParent());
    });
  }

  llvm::Instruction& at_;
  NumberRanges& ranges_;
  Values sources_;
};

/// The numbers that a condition compares.
llvm::SmallVector<llvm::Value*> numbers_of(llvm::Value& condition) {
  llvm::SmallVector<llvm::Value*> numbers, rest = {&condition};
  while (!rest.empty()) {
    llvm::Value* part = rest.pop_back_val();
    auto* operation = llvm::dyn_cast<llvm::Instruction>(part);
    const bool is_logic = operation && part->getType()->isIntegerTy(1) &&
                          (operation->isBitwiseLogicOp() || llvm::isa<llvm::SelectInst>(operation));
    if (is_logic || (operation && llvm::isa<llvm::ICmpInst>(operation)))
      rest.append(operation->op_begin(), operation->op_end());
    else
      numbers.push_back(part);
  }
  return numbers;
}

}  // namespace

bool is_reached_for_certain(llvm::Instruction& instruction, NumberRanges& ranges) {
  const auto compares_certain = [&](llvm::Value& condition) {
    return llvm::all_of(numbers_of(condition),
                        [&](llvm::Value* number) { return Certainty(instruction, ranges).of(*number); });
  };
  const llvm::DominatorTree& dominators = ranges.dominators();
  for (auto* node = dominators.getNode(instruction.getParent())->getIDom(); node; node = node->getIDom()) {
    const llvm::Instruction* end = node->getBlock()->getTerminator();
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(end);
    const auto* choice = llvm::dyn_cast<llvm::SwitchInst>(end);
    llvm::Value* condition = branch && branch->isConditional() ? branch->getCondition()
                             : choice                          ? choice->getCondition()
                                                               : nullptr;
    if (condition && !compares_certain(*condition)) return false;
  }
  return true;
}

bool is_certain(const IndexedAccess& access, NumberRanges& ranges) {
  return llvm::all_of(access.indexes, [&](const IndexOperand& index) {
    return Certainty(*access.instruction, ranges).of(index.number());
  });
}

}  // namespace ebpfxx::cc
