#include "lower/meeting_numbers.hpp"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <array>
#include <optional>

#include "base/congruence.hpp"
#include "base/function_ranges.hpp"
#include "base/loop_start.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

constexpr unsigned most_bits = 64;
constexpr unsigned most_meetings = 8;  ///< of ways, between the two ends of a round

/// Two numbers that a loop carries, and goes on while the first is less.
struct Pair {
  llvm::PHINode* low;
  llvm::PHINode* high;
  llvm::BranchInst* end;  ///< where the loop is left when they met
};

/// What is 0 or 1, or its contrary.
struct Bit {
  const llvm::Value* number;
  bool is_contrary;
};

/// The bit that a condition tests, or that a number is; empty where it may be another.
std::optional<Bit> bit_of(const llvm::Value& value) {
  const llvm::Value* of = nullptr;
  if (value.getType()->isIntegerTy(1) && match(&value, m_Not(m_Value(of)))) {
    const std::optional<Bit> bit = bit_of(*of);
    return bit ? std::optional<Bit>({bit->number, !bit->is_contrary}) : std::nullopt;
  }
  llvm::CmpInst::Predicate predicate;
  if (match(&value, m_ICmp(predicate, m_Value(of), m_Zero())) && llvm::ICmpInst::isEquality(predicate))
    if (const std::optional<Bit> bit = bit_of(*of))
      return Bit{bit->number, bit->is_contrary != (predicate == llvm::CmpInst::ICMP_EQ)};
  if (match(&value, m_CombineOr(m_ZExt(m_Value(of)), m_Trunc(m_Value(of))))) return bit_of(*of);
  const bool is_bit = value.getType()->isIntegerTy(1) || match(&value, m_And(m_Value(), m_One()));
  return is_bit ? std::optional<Bit>({&value, false}) : std::nullopt;
}

/// A condition that comes out as `truth`.
struct Outcome {
  const llvm::Value* condition;
  bool truth;

  /// How `value` comes out, where it is the condition or its contrary.
  std::optional<bool> of(const llvm::Value& value) const {
    const std::optional<Bit> bit = bit_of(value), own = condition ? bit_of(*condition) : std::nullopt;
    if (!bit || !own || bit->number != own->number) return std::nullopt;
    return truth != (bit->is_contrary != own->is_contrary);
  }
};

/// A condition by which the number is another one of several; null where it is always the same sum.
const llvm::Value* condition_of(const llvm::Value& number) {
  if (bit_of(number)) return &number;
  if (const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number)) return choice->getCondition();
  if (!llvm::isa<llvm::CastInst, llvm::BinaryOperator>(number)) return nullptr;
  for (const llvm::Value* operand : llvm::cast<llvm::Instruction>(number).operand_values())
    if (const llvm::Value* condition = condition_of(*operand)) return condition;
  return nullptr;
}

/// By how much the number is more than `carried`, where it is made of that; what it is, where it is not.
std::optional<int64_t> change_of(const llvm::Value& number, const llvm::PHINode& carried, const Outcome& outcome) {
  if (&number == &carried) return 0;
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(&number)) return constant->getSExtValue();
  if (const std::optional<bool> bit = outcome.of(number)) return *bit ? 1 : 0;
  const llvm::Value *one = nullptr, *other = nullptr;
  if (match(&number, m_CombineOr(m_ZExt(m_Value(one)), m_SExt(m_Value(one))))) {
    const auto change = change_of(*one, carried, outcome);
    if (!change || llvm::isa<llvm::ZExtInst>(number)) return change && *change >= 0 ? change : std::nullopt;
    return one->getType()->isIntegerTy(1) ? -*change : *change;
  }
  if (match(&number, m_Add(m_Value(one), m_Value(other)))) {
    const auto change = change_of(*one, carried, outcome), more = change_of(*other, carried, outcome);
    return change && more ? std::optional(*change + *more) : std::nullopt;
  }
  const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number);
  const std::optional<bool> first = choice ? outcome.of(*choice->getCondition()) : std::nullopt;
  if (!first) return std::nullopt;
  return change_of(*(*first ? choice->getTrueValue() : choice->getFalseValue()), carried, outcome);
}

/// Whether the number is the one that is carried, and what is added to it.
bool is_made_of(const llvm::Value& number, const llvm::PHINode& carried) {
  const llvm::Value *one = nullptr, *other = nullptr;
  if (&number == &carried) return true;
  if (match(&number, m_Add(m_Value(one), m_Value(other))))
    return is_made_of(*one, carried) != is_made_of(*other, carried);
  const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number);
  return choice && is_made_of(*choice->getTrueValue(), carried) && is_made_of(*choice->getFalseValue(), carried);
}

/// What the number is on one of the ways that meet in `meeting`.
llvm::Value& on_way(llvm::Value& number, const llvm::PHINode& meeting, unsigned way) {
  auto* own = llvm::dyn_cast<llvm::PHINode>(&number);
  return own && own->getParent() == meeting.getParent() ? *own->getIncomingValueForBlock(meeting.getIncomingBlock(way))
                                                        : number;
}

class Meetings {
 public:
  Meetings(llvm::Loop& loop, NumberRanges& ranges) : loop_(loop), ranges_(ranges), evolution_(ranges.evolution()) {}

  /// Returns whether the loop has a counter now.
  bool count() {
    if (!loop_.getLoopPredecessor() || !loop_.getLoopLatch()) return false;
    const uint64_t known = evolution_.getSmallConstantMaxTripCount(&loop_);
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop_.getExitingBlocks(exiting);
    for (llvm::BasicBlock* block : exiting) {
      const std::optional<Pair> pair = pair_at(*block);
      const auto ends = pair ? ends_of(*pair) : std::nullopt;
      if (!ends) continue;
      const uint64_t rounds = (ends->getUpper() - 1 - ends->getLower()).getZExtValue() / step_ + 1;
      if (known != 0 && known <= rounds) continue;
      state_ends(*pair, *ends);
      leave_behind(rounds, *pair->end);
      return true;
    }
    return false;
  }

 private:
  /// The numbers that are compared at the end of the block, as they are when a round begins.
  std::optional<Pair> pair_at(llvm::BasicBlock& block) {
    auto* branch = llvm::dyn_cast<llvm::BranchInst>(block.getTerminator());
    if (!branch || !branch->isConditional() || !ranges_.dominators().dominates(&block, loop_.getLoopLatch()))
      return std::nullopt;
    const auto* test = llvm::dyn_cast<llvm::ICmpInst>(branch->getCondition());
    if (!test || !test->isRelational() || !test->getOperand(0)->getType()->isIntegerTy()) return std::nullopt;
    const bool goes_on = loop_.contains(branch->getSuccessor(0));
    llvm::CmpInst::Predicate predicate = goes_on ? test->getPredicate() : test->getInversePredicate();
    llvm::PHINode* low = carried(*test->getOperand(0));
    llvm::PHINode* high = carried(*test->getOperand(1));
    if (llvm::ICmpInst::isGT(predicate)) {
      std::swap(low, high);
      predicate = llvm::CmpInst::getSwappedPredicate(predicate);
    }
    if (!low || !high || !llvm::ICmpInst::isLT(predicate)) return std::nullopt;
    return Pair{low, high, branch};
  }

  /// The phi of the loop's header that is the number, or becomes it in the next round; as LLVM may have widened one of
  /// the two numbers only, the number may be extended.
  llvm::PHINode* carried(llvm::Value& number) const {
    llvm::Value* narrow = nullptr;
    if (match(&number, m_ZExt(m_Value(narrow)))) return carried(*narrow);
    for (llvm::PHINode& phi : loop_.getHeader()->phis())
      if (&phi == &number || phi.getIncomingValueForBlock(loop_.getLoopLatch()) == &number) return &phi;
    return nullptr;
  }

  const llvm::SCEV* start_of(const llvm::PHINode& phi) const {
    return evolution_.getSCEV(phi.getIncomingValueForBlock(loop_.getLoopPredecessor()));
  }

  /// From the least that the one may be to the greatest that the other may be, in all rounds.
  std::optional<llvm::ConstantRange> ends_of(const Pair& pair) {
    step_ = 0;
    llvm::BasicBlock& latch = *loop_.getLoopLatch();
    const unsigned bits = std::max(bits_of(*pair.low), bits_of(*pair.high));
    if (bits > most_bits ||
        !come_nearer(pair, *pair.low->getIncomingValueForBlock(&latch), *pair.high->getIncomingValueForBlock(&latch),
                     0) ||
        !congruence_of(*pair.low).is_apart_by(step_, congruence_of(*pair.high)))
      return std::nullopt;
    const llvm::ConstantRange low = starts_of(*start_of(*pair.low), loop_, ranges_).zextOrTrunc(bits);
    const llvm::ConstantRange high = starts_of(*start_of(*pair.high), loop_, ranges_).zextOrTrunc(bits);
    const llvm::APInt least = low.getUnsignedMin();
    const llvm::APInt greatest = llvm::APIntOps::umax(low.getUnsignedMax(), high.getUnsignedMax());
    if (greatest.getActiveBits() >= std::min(bits_of(*pair.low), bits_of(*pair.high)) ||
        high.getUnsignedMin().ult(least) || !is_tested_first(pair, low, high))
      return std::nullopt;
    return llvm::ConstantRange(least, greatest + 1);
  }

  static unsigned bits_of(const llvm::Value& number) { return number.getType()->getIntegerBitWidth(); }

  /// Whether the first round, too, begins with a low number that is less than the high one.
  bool is_tested_first(const Pair& pair, const llvm::ConstantRange& low, const llvm::ConstantRange& high) {
    const auto& test = *llvm::cast<llvm::ICmpInst>(pair.end->getCondition());
    const auto is_one_of = [&](const llvm::Value* side) {
      return is_itself(*side, *pair.low) || is_itself(*side, *pair.high);
    };
    if (pair.end->getParent() == loop_.getHeader() && llvm::all_of(test.operand_values(), is_one_of)) return true;
    const llvm::SCEV *first = start_of(*pair.low), *last = start_of(*pair.high);
    llvm::Type* type = evolution_.getWiderType(first->getType(), last->getType());
    return low.getUnsignedMax().ult(high.getUnsignedMin()) ||
           evolution_.isLoopEntryGuardedByCond(&loop_, llvm::CmpInst::ICMP_ULT,
                                               evolution_.getNoopOrZeroExtend(first, type),
                                               evolution_.getNoopOrZeroExtend(last, type));
  }

  static bool is_itself(const llvm::Value& value, const llvm::PHINode& number) {
    return &value == &number || match(&value, m_ZExt(m_Specific(&number)));
  }

  /// The loop itself keeps the numbers between their ends: analyses do not see it.
  void state_ends(const Pair& pair, const llvm::ConstantRange& ends) {
    llvm::IRBuilder<> builder(&*loop_.getHeader()->getFirstInsertionPt());
    for (llvm::PHINode* number : {pair.low, pair.high}) {
      const unsigned bits = bits_of(*number);
      builder.CreateAssumption(builder.CreateICmpUGE(number, builder.getInt(ends.getLower().zextOrTrunc(bits))));
      builder.CreateAssumption(builder.CreateICmpULT(number, builder.getInt(ends.getUpper().zextOrTrunc(bits))));
    }
  }

  /// Whether the round makes `low` greater by a step, or `high` less by one, or both, on all ways to these numbers.
  bool come_nearer(const Pair& pair, llvm::Value& low, llvm::Value& high, unsigned depth) {
    for (llvm::Value* number : {&low, &high}) {
      const auto* meeting = llvm::dyn_cast<llvm::PHINode>(number);
      if (!meeting || !loop_.contains(meeting) || meeting->getParent() == loop_.getHeader()) continue;
      return depth < most_meetings &&
             llvm::all_of(
                 llvm::seq(meeting->getNumIncomingValues()),
                 [&](unsigned way) {
                   return come_nearer(pair, on_way(low, *meeting, way), on_way(high, *meeting, way), depth + 1);
                 });
    }
    if (!is_made_of(low, *pair.low) || !is_made_of(high, *pair.high)) return false;
    const llvm::Value* condition = condition_of(low) ? condition_of(low) : condition_of(high);
    return llvm::all_of(std::array{true, false}, [&](bool truth) {
      const auto more = change_of(low, *pair.low, {condition, truth}),
                 less = change_of(high, *pair.high, {condition, truth});
      return more && less && *more >= 0 && *less <= 0 && *more != *less && is_step(*more) && is_step(-*less);
    });
  }

  /// Whether the number is as much as all others that are added or subtracted, or 0.
  bool is_step(int64_t number) {
    if (number != 0 && step_ == 0) step_ = static_cast<uint64_t>(number);
    return number == 0 || static_cast<uint64_t>(number) == step_;
  }

  void leave_behind(uint64_t rounds, llvm::BranchInst& end) {
    llvm::BasicBlock& header = *loop_.getHeader();
    const unsigned goes_on = loop_.contains(end.getSuccessor(0)) ? 0 : 1;
    llvm::BasicBlock& exit = *end.getSuccessor(1 - goes_on);
    llvm::IRBuilder<> builder(&header, header.begin());
    llvm::PHINode* counter = builder.CreatePHI(builder.getInt64Ty(), 2);
    builder.SetInsertPoint(&end);
    builder.SetCurrentDebugLocation(end.getDebugLoc());
    llvm::Value* next = builder.CreateAdd(counter, builder.getInt64(1), "", /*HasNUW=*/true, /*HasNSW=*/true);
    for (llvm::BasicBlock* from : llvm::predecessors(&header))
      counter->addIncoming(loop_.contains(from) ? next : builder.getInt64(0), from);
    llvm::BasicBlock* test = llvm::SplitEdge(end.getParent(), end.getSuccessor(goes_on));
    llvm::Instruction* old = test->getTerminator();
    builder.SetInsertPoint(old);
    builder.CreateCondBr(builder.CreateICmpULT(next, builder.getInt64(rounds)), old->getSuccessor(0), &exit);
    old->eraseFromParent();
    for (llvm::PHINode& phi : exit.phis()) phi.addIncoming(phi.getIncomingValueForBlock(end.getParent()), test);
  }

  llvm::Loop& loop_;
  NumberRanges& ranges_;
  llvm::ScalarEvolution& evolution_;
  uint64_t step_ = 0;  ///< by which the numbers come nearer
};

/// Counts the rounds of one loop. Returns false when there is none left.
bool counts_one(llvm::Function& function, KernelVersion kernel) {
  FunctionAnalyses analyses;
  NumberRanges ranges(function, analyses.manager(), kernel);
  const auto loops = ranges.loops().getLoopsInPreorder();
  return llvm::any_of(loops, [&](llvm::Loop* loop) { return Meetings(*loop, ranges).count(); });
}

}  // namespace

void count_until_meeting(llvm::Module& module, KernelVersion kernel) {
  for (llvm::Function& function : module)
    while (!function.isDeclaration() && counts_one(function, kernel)) {
    }
}

}  // namespace ebpfxx::cc
