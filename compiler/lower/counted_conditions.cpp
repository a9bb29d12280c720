#include "lower/counted_conditions.hpp"

#include <llvm/ADT/MapVector.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

#include "base/function_analyses.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;
using llvm::CmpInst;

/// Differences of numbers of so many bits fit into a register.
constexpr unsigned most_bits = 32;
/// Of so many the verifier follows each number that they may add up to, in 256 ways at most.
constexpr unsigned few = 8;

bool is_computable(const llvm::Value& condition) {
  const auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition);
  return comparison && comparison->getOperand(0)->getType()->isIntegerTy() &&
         comparison->getOperand(0)->getType()->getIntegerBitWidth() <= most_bits;
}

/// 1 where the comparison holds, else 0.
llvm::Value& as_number(llvm::ICmpInst& comparison, llvm::IRBuilder<>& builder) {
  const auto wide = [&](unsigned operand) {
    llvm::Value* value = comparison.getOperand(operand);
    return comparison.isSigned() ? builder.CreateSExt(value, builder.getInt64Ty())
                                 : builder.CreateZExt(value, builder.getInt64Ty());
  };
  const auto is_negative = [&](llvm::Value* difference) { return builder.CreateLShr(difference, 63); };
  llvm::Value *left = wide(0), *right = wide(1);
  switch (comparison.getPredicate()) {
    case CmpInst::ICMP_EQ:
      return *is_negative(builder.CreateSub(builder.CreateXor(left, right), builder.getInt64(1)));
    case CmpInst::ICMP_NE:
      return *is_negative(builder.CreateNeg(builder.CreateXor(left, right)));
    case CmpInst::ICMP_ULT:
    case CmpInst::ICMP_SLT:
      return *is_negative(builder.CreateSub(left, right));
    case CmpInst::ICMP_UGT:
    case CmpInst::ICMP_SGT:
      return *is_negative(builder.CreateSub(right, left));
    case CmpInst::ICMP_ULE:
    case CmpInst::ICMP_SLE:
      return *builder.CreateXor(is_negative(builder.CreateSub(right, left)), builder.getInt64(1));
    default:  // greater or equal
      return *builder.CreateXor(is_negative(builder.CreateSub(left, right)), builder.getInt64(1));
  }
}

/// Whether it is added to something: not to what is compared, as in `n - (n > 9)`, of which the verifier learns by a
/// branch.
bool is_counted(const llvm::CastInst& extension) {
  const auto& comparison = *llvm::cast<llvm::ICmpInst>(extension.getOperand(0));
  return llvm::any_of(extension.users(), [&](const llvm::User* user) {
    llvm::Value *left = nullptr, *right = nullptr;
    if (!match(user, m_Add(m_Value(left), m_Value(right))) && !match(user, m_Sub(m_Value(left), m_Value(right))))
      return false;
    const llvm::Value* other = left == &extension ? right : left;
    return !llvm::is_contained(comparison.operands(), other);
  });
}

void compute(llvm::CastInst& extension) {
  llvm::IRBuilder<> builder(&extension);
  llvm::Value* number = &as_number(*llvm::cast<llvm::ICmpInst>(extension.getOperand(0)), builder);
  if (llvm::isa<llvm::SExtInst>(extension)) number = builder.CreateNeg(number);
  extension.replaceAllUsesWith(builder.CreateZExtOrTrunc(number, extension.getType()));
  extension.eraseFromParent();
}

/// A counter to which one way of a round adds, and the other does not.
struct Counter {
  llvm::PHINode* meeting;
  llvm::Value* before;
  llvm::Value* added;
  llvm::BranchInst* branch;
  bool adds_when_true;
};

/// The verifier learns from the comparison what the number is on this way.
bool is_compared(const llvm::Value& number) {
  return llvm::any_of(number.users(), [](const llvm::User* user) { return llvm::isa<llvm::ICmpInst>(user); });
}

std::optional<Counter> counter_of(llvm::PHINode& meeting) {
  if (meeting.getNumIncomingValues() != 2) return std::nullopt;
  for (const unsigned side : {0U, 1U}) {
    llvm::BasicBlock* adding = meeting.getIncomingBlock(side);
    llvm::BasicBlock* other = meeting.getIncomingBlock(1 - side);
    llvm::Value* before = meeting.getIncomingValue(1 - side);
    auto* branch = llvm::dyn_cast<llvm::BranchInst>(other->getTerminator());
    llvm::Value* added = nullptr;
    if (adding->getSinglePredecessor() == other && branch && branch->isConditional() &&
        match(meeting.getIncomingValue(side), m_Add(m_Specific(before), m_Value(added))) &&
        llvm::isa<llvm::ConstantInt>(added) && is_computable(*branch->getCondition()) &&
        !is_compared(*meeting.getIncomingValue(side)))
      return Counter{&meeting, before, added, branch, branch->getSuccessor(0) == adding};
  }
  return std::nullopt;
}

bool is_carried(const Counter& counter, const llvm::Loop& loop, llvm::ScalarEvolution& evolution) {
  const auto* start = llvm::dyn_cast<llvm::PHINode>(counter.before);
  const llvm::BasicBlock* latch = loop.getLoopLatch();
  const unsigned rounds = evolution.getSmallConstantMaxTripCount(&loop);
  return start && start->getParent() == loop.getHeader() && latch && rounds > few &&
         start->getIncomingValueForBlock(latch) == counter.meeting;
}

void compute(const Counter& counter) {
  llvm::IRBuilder<> builder(counter.branch);
  llvm::Value* number = &as_number(*llvm::cast<llvm::ICmpInst>(counter.branch->getCondition()), builder);
  // Behind the branch the verifier would know what it is.
  number = make_opaque(builder, *number, /*stays=*/true);
  if (!counter.adds_when_true) number = builder.CreateXor(number, builder.getInt64(1));
  number = builder.CreateMul(builder.CreateZExtOrTrunc(number, counter.meeting->getType()), counter.added);
  counter.meeting->replaceAllUsesWith(builder.CreateAdd(counter.before, number));
  counter.meeting->eraseFromParent();
}

/// What is counted in a function, before any of it is computed.
struct Counted {
  llvm::SmallVector<Counter> counters;
  llvm::MapVector<const llvm::Loop*, llvm::SmallVector<llvm::CastInst*>> extensions;  ///< null: outside of loops
};

Counted counted_in(llvm::Function& function, const llvm::LoopInfo& loops, llvm::ScalarEvolution& evolution) {
  Counted counted;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    const llvm::Loop* loop = loops.getLoopFor(instruction.getParent());
    if (auto* meeting = llvm::dyn_cast<llvm::PHINode>(&instruction); meeting && loop) {
      if (const auto counter = counter_of(*meeting); counter && is_carried(*counter, *loop, evolution))
        counted.counters.push_back(*counter);
    } else if (auto* extension = llvm::dyn_cast<llvm::CastInst>(&instruction);
               extension && extension->isIntegerCast() && extension->getSrcTy()->isIntegerTy(1) &&
               is_computable(*extension->getOperand(0)) && is_counted(*extension)) {
      counted.extensions[loop].push_back(extension);
    }
  }
  return counted;
}

void compute_counted_conditions(llvm::Function& function) {
  FunctionAnalyses analyses;
  auto& evolution = analyses.manager().getResult<llvm::ScalarEvolutionAnalysis>(function);
  Counted counted = counted_in(function, analyses.manager().getResult<llvm::LoopAnalysis>(function), evolution);
  // Conditions in the same loop, or outside of loops, count as many times as they are met.
  counted.extensions.remove_if([&](const auto& entry) {
    const auto& [loop, extensions] = entry;
    const unsigned rounds = loop ? evolution.getSmallConstantMaxTripCount(loop) : 1;
    return rounds != 0 && extensions.size() * rounds <= few;
  });
  for (const Counter& counter : counted.counters) compute(counter);
  for (const auto& [loop, extensions] : counted.extensions)
    for (llvm::CastInst* extension : extensions) compute(*extension);
}

}  // namespace

void compute_counted_conditions(llvm::Module& module) {
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) compute_counted_conditions(function);
}

}  // namespace ebpfxx::cc
