#include "base/number_ranges.hpp"

#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

#include <optional>
#include <utility>

#include "base/conditions.hpp"
#include "base/copied_number.hpp"
#include "base/helper_loop.hpp"
#include "base/loop_decline.hpp"
#include "base/loop_growth.hpp"
#include "base/number_relation.hpp"
#include "base/opaque.hpp"
#include "base/pointer_difference.hpp"
#include "base/sum_limit.hpp"
#include "base/table_values.hpp"
#include "base/verifier_arithmetic.hpp"

namespace ebpfxx::cc {
namespace {

using llvm::ConstantRange;
using namespace llvm::PatternMatch;

constexpr unsigned greatest_depth = 40;
/// How deep limits count: they are numbers with limits of their own.
constexpr unsigned of_limit = 10;
/// Numbers to look at for one answer: through phis there are many ways to one number.
constexpr unsigned most_steps = 1000;
/// More than the verifier walks.
constexpr uint64_t most_followed_rounds = 1U << 23;

ConstantRange any(const llvm::Value& number) { return ConstantRange::getFull(number.getType()->getIntegerBitWidth()); }

/// `x - x / c * c`, as LLVM writes a remainder beside its quotient; returns c.
const llvm::APInt* divisor_of_remainder(const llvm::BinaryOperator& operation) {
  llvm::Value *product = nullptr, *number = nullptr;
  const llvm::APInt *one = nullptr, *other = nullptr;
  if (!match(&operation, m_Sub(m_Value(number), m_Value(product))) ||
      !match(product, m_Mul(m_UDiv(m_Specific(number), m_APInt(one)), m_APInt(other))) || *one != *other ||
      one->isZero())
    return nullptr;
  return one;
}

/// ConstantRange::shl does not see that all bits may be shifted out.
ConstantRange shifted(const llvm::APInt& number, const ConstantRange& amount) {
  const unsigned width = number.getBitWidth();
  if (amount.getUnsignedMax().uge(width)) return ConstantRange::getFull(width);
  ConstantRange all = ConstantRange::getEmpty(width);
  for (uint64_t bits = amount.getUnsignedMin().getZExtValue(); bits <= amount.getUnsignedMax().getZExtValue(); ++bits)
    all = all.unionWith(ConstantRange(number.shl(bits)));
  return all;
}

/// The condition that decides which of two constants the number is; null when it is something else.
llvm::Value* choosing_condition(llvm::Value& number) {
  if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number)) return choice->getCondition();
  auto* cast = llvm::dyn_cast<llvm::CastInst>(&number);
  return cast && cast->getSrcTy()->isIntegerTy(1) ? cast->getOperand(0) : nullptr;
}

/// The number where `choosing_condition` came out as `truth`; empty when it is no constant then.
std::optional<llvm::APInt> chosen_constant(llvm::Value& number, bool truth) {
  if (const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number)) {
    const auto* side = llvm::dyn_cast<llvm::ConstantInt>(truth ? choice->getTrueValue() : choice->getFalseValue());
    return side ? std::optional(side->getValue()) : std::nullopt;
  }
  const unsigned width = number.getType()->getIntegerBitWidth();
  if (!truth) return llvm::APInt::getZero(width);
  return llvm::isa<llvm::SExtInst>(number) ? llvm::APInt::getAllOnes(width) : llvm::APInt(width, 1);
}

/// Whether create_zero_tests_pass makes `> 0` of `!= limit`.
bool is_tested_for_zero(const llvm::Value& limit, const llvm::Value& number) {
  return match(&limit, m_Zero()) && llvm::any_of(number.users(), [](const llvm::User* user) {
           return match(user, m_Add(m_Value(), m_Negative()));
         });
}

}  // namespace

NumberRanges::NumberRanges(llvm::Function& function, llvm::FunctionAnalysisManager& analyses, KernelVersion kernel)
    : kernel_(kernel),
      dominators_(analyses.getResult<llvm::DominatorTreeAnalysis>(function)),
      loops_(analyses.getResult<llvm::LoopAnalysis>(function)),
      evolution_(analyses.getResult<llvm::ScalarEvolutionAnalysis>(function)),
      values_(analyses.getResult<llvm::LazyValueAnalysis>(function)),
      assumptions_(analyses.getResult<llvm::AssumptionAnalysis>(function)) {}

ConstantRange NumberRanges::range(llvm::Value& number, llvm::Instruction& at, View view, unsigned depth) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(&number)) return ConstantRange(constant->getValue());
  if (depth == 0) {
    steps_ = 0;
    known_.clear();
    congruences_.clear();
  }
  const auto key = std::tuple(&number, &at, view);
  // What was found deeper may be less exact.
  if (const auto found = known_.find(key); assumed_.empty() && found != known_.end() && found->second.second <= depth)
    return found->second.first;
  ConstantRange result = fresh_range(number, at, view, depth);
  if (assumed_.empty()) known_.insert_or_assign(key, std::pair(result, depth));
  return result;
}

ConstantRange NumberRanges::fresh_range(llvm::Value& number, llvm::Instruction& at, View view, unsigned depth) {
  if (depth > greatest_depth || ++steps_ > most_steps)
    return view == View::Compiler ? analysed(number, at) : any(number);
  // The verifier learns nothing of a number from a later branch on what it is computed from.
  auto* made_by = view == View::Verifier ? llvm::dyn_cast<llvm::Instruction>(&number) : nullptr;
  ConstantRange range = computed(number, made_by ? *made_by : at, view, depth);
  if (view == View::Verifier) return narrowed_on_the_way(range, number, at, view, depth);
  range = range.intersectWith(analysed(number, at));
  range = narrowed_on_the_way(range, number, at, view, depth);
  if (match(&number, m_AddLike(m_Value(), m_Value())))
    if (const auto most = proven_most(&number, at, depth))
      range = range.intersectWith(ConstantRange::getNonEmpty(llvm::APInt::getZero(most->getBitWidth()), *most + 1));
  if (range.isFullSet() || range.isSingleElement()) return range;
  const auto [common, is_new] = congruences_.try_emplace(&number);
  if (is_new) common->second = congruence_of(number);
  return common->second.within(range);
}

std::optional<llvm::APInt> NumberRanges::proven_most(llvm::ArrayRef<llvm::Value*> added, llvm::Instruction& at,
                                                     unsigned depth) {
  const auto range_of = [&](llvm::Value& part) { return range(part, at, View::Compiler, depth + of_limit); };
  return most_of_sum(added, {at, dominators_, evolution_, range_of});
}

bool NumberRanges::is_at_most_sum(llvm::Value& number, const llvm::APInt& more, llvm::Value& limit,
                                  llvm::Instruction& at) {
  const auto range_of = [&](llvm::Value& part) { return proven(part, at); };
  return cc::is_at_most_sum(number, more, limit, {at, dominators_, evolution_, range_of});
}

/// What LLVM says of the number.
ConstantRange NumberRanges::analysed(llvm::Value& number, llvm::Instruction& at) {
  ConstantRange range = values_.getConstantRange(&number, &at, /*UndefAllowed=*/false);
  const llvm::KnownBits bits =
      llvm::computeKnownBits(&number, at.getDataLayout(), /*Depth=*/0, &assumptions_, &at, &dominators_);
  range = range.intersectWith(ConstantRange::fromKnownBits(bits, /*IsSigned=*/false));
  if (!evolution_.isSCEVable(number.getType())) return range;
  const llvm::SCEV* expression = evolution_.getSCEV(&number);
  return range.intersectWith(evolution_.getUnsignedRange(expression))
      .intersectWith(evolution_.getSignedRange(expression));
}

/// What follows from how the number is made.
ConstantRange NumberRanges::computed(llvm::Value& number, llvm::Instruction& at, View view, unsigned depth) {
  const unsigned width = number.getType()->getIntegerBitWidth();
  if (auto* cast = llvm::dyn_cast<llvm::CastInst>(&number); cast && cast->getSrcTy()->isIntegerTy()) {
    const ConstantRange source = range(*cast->getOperand(0), at, view, depth + 1);
    return view == View::Verifier && cast->getOpcode() == llvm::Instruction::ZExt
               ? followed_extension(*cast, source, kernel_)
               : source.castOp(cast->getOpcode(), width);
  }
  if (auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(&number)) return computed(*operation, at, view, depth);
  if (auto* call = llvm::dyn_cast<llvm::CallBase>(&number)) return computed(*call, at, view, depth);
  if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number)) return computed(*choice, at, view, depth);
  if (auto* phi = llvm::dyn_cast<llvm::PHINode>(&number)) return computed(*phi, at, view, depth);
  if (auto* frozen = llvm::dyn_cast<llvm::FreezeInst>(&number))
    return range(*frozen->getOperand(0), at, view, depth + 1);
  if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&number); load && view == View::Compiler)
    return table_values(*load).value_or(any(number));
  return any(number);
}

ConstantRange NumberRanges::computed(llvm::BinaryOperator& operation, llvm::Instruction& at, View view,
                                     unsigned depth) {
  const ConstantRange left = range(*operation.getOperand(0), at, view, depth + 1);
  const ConstantRange right = range(*operation.getOperand(1), at, view, depth + 1);
  if (view == View::Compiler) {
    if (const auto difference = pointer_difference(operation, at, dominators_)) return *difference;
    if (const llvm::APInt* divisor = divisor_of_remainder(operation))
      return ConstantRange::getNonEmpty(llvm::APInt(divisor->getBitWidth(), 0), *divisor);
    for (const unsigned operand : {0U, 1U})
      if (const auto result = chosen_result(operation, operand, at, depth)) return *result;
    const auto* bits = llvm::dyn_cast<llvm::PossiblyDisjointInst>(&operation);
    if (bits && bits->isDisjoint()) return left.add(right);
    return operation.getOpcode() == llvm::Instruction::Shl && left.isSingleElement()
               ? shifted(*left.getSingleElement(), right)
               : left.binaryOp(operation.getOpcode(), right);
  }
  return followed_result(operation, left, right, kernel_);
}

/// The result where the operand `choosing` is one of two constants, by a condition that tells of the other operand:
/// `i + (i < 7 ? 3 : -7)`, `n - (n > 9)`.
std::optional<ConstantRange> NumberRanges::chosen_result(llvm::BinaryOperator& operation, unsigned choosing,
                                                         llvm::Instruction& at, unsigned depth) {
  llvm::Value& choice = *operation.getOperand(choosing);
  llvm::Value& other = *operation.getOperand(1 - choosing);
  const llvm::Value* condition = choosing_condition(choice);
  if (!condition || llvm::isa<llvm::Constant>(other)) return std::nullopt;
  const ConstantRange all = range(other, at, View::Compiler, depth + 1);
  ConstantRange result = ConstantRange::getEmpty(all.getBitWidth());
  bool tells = false;
  for (const bool truth : {true, false}) {
    const auto constant = chosen_constant(choice, truth);
    if (!constant) return std::nullopt;
    const ConstantRange part = narrowed(all, other, *condition, truth, at, View::Compiler, depth + 1);
    tells = tells || part != all;
    const ConstantRange chosen(*constant);
    result = result.unionWith(choosing == 0 ? chosen.binaryOp(operation.getOpcode(), part)
                                            : part.binaryOp(operation.getOpcode(), chosen));
  }
  return tells ? std::optional(result) : std::nullopt;
}

ConstantRange NumberRanges::computed(llvm::CallBase& call, llvm::Instruction& at, View view, unsigned depth) {
  if (llvm::Value* operand = behind_opaque(call)) return range(*operand, at, view, depth + 1);
  const auto* intrinsic = llvm::dyn_cast<llvm::MinMaxIntrinsic>(&call);
  if (!intrinsic) return any(call);
  const ConstantRange left = range(*call.getArgOperand(0), at, view, depth + 1);
  const ConstantRange right = range(*call.getArgOperand(1), at, view, depth + 1);
  // Of what LLVM knows not to be negative, code generation may make a signed comparison.
  const auto may_be_negative = [&](const ConstantRange& followed, llvm::Value& number) {
    return !intrinsic->isSigned() && !followed.isAllNonNegative() &&
           range(number, at, View::Compiler, depth + 1).isAllNonNegative();
  };
  if (view == View::Verifier &&
      (may_be_negative(left, *intrinsic->getLHS()) || may_be_negative(right, *intrinsic->getRHS())))
    return left.unionWith(right);
  const auto is_seen = [&](const ConstantRange& limit, const llvm::Value& number) {
    return kernel_ >= first_to_relate_registers ||
           (limit.isSingleElement() && !is_copied_for(number, call, dominators_));
  };
  if (view == View::Verifier && !is_seen(right, *intrinsic->getLHS()) && !is_seen(left, *intrinsic->getRHS()))
    return left.unionWith(right);
  return ConstantRange::intrinsic(intrinsic->getIntrinsicID(), {left, right});
}

ConstantRange NumberRanges::computed(llvm::SelectInst& choice, llvm::Instruction& at, View view, unsigned depth) {
  // LLVM's BPF target hides comparisons, which may have become constants since.
  if (const auto* known = llvm::dyn_cast_or_null<llvm::ConstantInt>(behind_opaque(*choice.getCondition())))
    return range(*(known->isOne() ? choice.getTrueValue() : choice.getFalseValue()), at, view, depth + 1);
  const auto side = [&](llvm::Value& value, bool truth) {
    // A side is computed before the branch, but for a constant that is added, which the verifier looks through.
    if (view == View::Verifier && !match(&value, m_Add(m_Value(), m_ConstantInt()))) {
      const ConstantRange before = range(value, at, view, depth + 1);
      if (kernel_ < first_to_relate_registers && is_copied_for(value, choice, dominators_)) return before;
      return narrowed(before, value, *choice.getCondition(), truth, at, view, depth + 1);
    }
    assumed_.push_back({choice.getCondition(), truth});
    const ConstantRange side = range(value, at, view, depth + 1);
    assumed_.pop_back();
    return side;
  };
  return side(*choice.getTrueValue(), true).unionWith(side(*choice.getFalseValue(), false));
}

bool NumberRanges::is_counter(const llvm::Value& number) const {
  return evolution_.isSCEVable(number.getType()) &&
         llvm::isa<llvm::SCEVAddRecExpr>(evolution_.getSCEV(const_cast<llvm::Value*>(&number)));
}

/// Whether the loop goes on while a number is above this one, and so ends whatever that is.
static bool is_lower_limit(const llvm::Use& limit, const llvm::BranchInst& branch, const llvm::Loop& loop) {
  if (limit.getUser() != branch.getCondition()) return false;
  const auto* test = llvm::cast<llvm::ICmpInst>(limit.getUser());
  llvm::CmpInst::Predicate predicate =
      loop.contains(branch.getSuccessor(0)) ? test->getPredicate() : test->getInversePredicate();
  if (limit.getOperandNo() == 0) predicate = llvm::CmpInst::getSwappedPredicate(predicate);
  return llvm::ICmpInst::isGT(predicate) || llvm::ICmpInst::isGE(predicate);
}

/// What the exit of the loop compares with, and the verifier knows less of than LLVM does.
llvm::SmallVector<llvm::Use*> NumberRanges::unseen_limits(const llvm::Loop& loop, llvm::BasicBlock& exiting,
                                                          unsigned depth) {
  llvm::SmallVector<llvm::Use*> unseen;
  auto* branch = llvm::dyn_cast<llvm::BranchInst>(exiting.getTerminator());
  if (!branch || !branch->isConditional()) return unseen;
  const auto limit_of = [&](llvm::Use& side, View view) { return range(*side, *branch, view, depth).getUnsignedMax(); };
  for (llvm::ICmpInst* comparison : comparisons_in(*branch->getCondition())) {
    // One that is made before the loop ends it in the first round or never.
    if (!loop.contains(comparison) || !comparison->getOperand(0)->getType()->isIntegerTy()) continue;
    for (llvm::Use& side : comparison->operands())
      if (loop.isLoopInvariant(side) && !is_lower_limit(side, *branch, loop) &&
          limit_of(side, View::Verifier).ugt(limit_of(side, View::Compiler)))
        unseen.push_back(&side);
  }
  return unseen;
}

llvm::SmallVector<llvm::Use*> NumberRanges::unseen_limits(const llvm::PHINode& counter) {
  const llvm::Loop* loop = loops_.getLoopFor(counter.getParent());
  return loop && loop->getHeader() == counter.getParent() ? unseen_limits(*loop) : llvm::SmallVector<llvm::Use*>();
}

llvm::SmallVector<llvm::Use*> NumberRanges::unseen_limits(const llvm::Loop& loop) {
  llvm::SmallVector<llvm::Use*> unseen;
  llvm::SmallVector<llvm::BasicBlock*> exiting;
  loop.getExitingBlocks(exiting);
  for (llvm::BasicBlock* block : exiting) unseen.append(unseen_limits(loop, *block, 0));
  return unseen;
}

/// The most rounds of the loop, by the exits of which the verifier knows the limit; 0: none.
uint64_t NumberRanges::rounds_seen(const llvm::Loop& loop) {
  const auto [found, is_new] = rounds_seen_.try_emplace(&loop, 0);
  if (!is_new) return found->second;
  llvm::SmallVector<llvm::BasicBlock*> exiting;
  loop.getExitingBlocks(exiting);
  const llvm::BasicBlock* latch = loop.getLoopLatch();
  uint64_t most = 0;
  bool sees_all = true;
  for (llvm::BasicBlock* block : exiting) {
    if (!unseen_limits(loop, *block, of_limit).empty()) {
      sees_all = false;
      continue;
    }
    if (!latch || !dominators_.dominates(block, latch)) continue;
    const auto* count = llvm::dyn_cast<llvm::SCEVConstant>(
        evolution_.getExitCount(&loop, block, llvm::ScalarEvolution::ConstantMaximum));
    const uint64_t rounds = count ? count->getAPInt().getLimitedValue(most_followed_rounds) + 1 : 0;
    if (rounds != 0 && rounds <= most_followed_rounds) most = most == 0 ? rounds : std::min(most, rounds);
  }
  return rounds_seen_[&loop] = sees_all ? evolution_.getSmallConstantMaxTripCount(&loop) : most;
}

bool NumberRanges::is_walked(llvm::Value& number, bool however_long) {
  llvm::SmallPtrSet<const llvm::Value*, 16> seen;
  llvm::SmallVector<const llvm::Value*> rest = {&number};
  while (!rest.empty()) {
    const llvm::Value* value = rest.pop_back_val();
    if (llvm::isa<llvm::ConstantInt>(value) || !seen.insert(value).second) continue;
    if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(value)) {
      if ((!however_long && !unseen_limits(*phi).empty()) || helper_rounds(*phi)) return false;
      rest.append(phi->value_op_begin(), phi->value_op_end());
    } else if (const auto* choice = llvm::dyn_cast<llvm::SelectInst>(value)) {
      rest.append({choice->getTrueValue(), choice->getFalseValue()});
    } else if (const auto* cast = llvm::dyn_cast<llvm::CastInst>(value)) {
      // A condition becomes a branch, with 0 or 1 behind it.
      if (!cast->getSrcTy()->isIntegerTy(1)) rest.push_back(cast->getOperand(0));
    } else if (const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(value);
               operation && !operation->isIntDivRem()) {
      rest.append(operation->op_begin(), operation->op_end());
    } else if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(value); load && is_of_constant(*load)) {
      for (const llvm::Value* address = load->getPointerOperand();
           const auto* step = llvm::dyn_cast<llvm::GEPOperator>(address); address = step->getPointerOperand())
        rest.append(step->idx_begin(), step->idx_end());
    } else {
      return false;
    }
  }
  return true;
}

/// What the body of a loop of the helper bpf_loop has: a counter made of the number of the round, and else any number.
ConstantRange NumberRanges::in_helper(llvm::PHINode& phi, uint64_t rounds, unsigned depth) {
  const unsigned width = phi.getType()->getIntegerBitWidth();
  const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(&phi));
  const auto* step = counter && counter->isAffine()
                         ? llvm::dyn_cast<llvm::SCEVConstant>(counter->getStepRecurrence(evolution_))
                         : nullptr;
  llvm::BasicBlock* before = loops_.getLoopFor(phi.getParent())->getLoopPredecessor();
  if (!step || !before || !llvm::isUIntN(width, rounds)) return any(phi);
  const ConstantRange start =
      range(*phi.getIncomingValueForBlock(before), *before->getTerminator(), View::Verifier, depth + 1);
  return ConstantRange::getNonEmpty(llvm::APInt(width, 0), llvm::APInt(width, rounds))
      .multiply(ConstantRange(step->getAPInt()))
      .add(start);
}

/// The rounds of a loop that the helper bpf_loop runs, where the number is carried from one to the next.
std::optional<uint64_t> NumberRanges::helper_rounds(const llvm::PHINode& phi) {
  const llvm::Loop* loop = loops_.getLoopFor(phi.getParent());
  if (!loop || loop->getHeader() != phi.getParent()) return std::nullopt;
  const auto [found, is_new] = helper_rounds_.try_emplace(loop);
  if (is_new) {
    const std::optional<uint64_t> rounds = rounds_in_helper(*loop, *this, kernel_);
    helper_rounds_[loop] = rounds;
  }
  return helper_rounds_[loop];
}

/// The range of an operand, where it is used.
ConstantRange NumberRanges::range(llvm::Use& number, View view, unsigned depth) {
  auto* user = llvm::cast<llvm::Instruction>(number.getUser());
  if (auto* meeting = llvm::dyn_cast<llvm::PHINode>(user)) user = meeting->getIncomingBlock(number)->getTerminator();
  return range(*number, *user, view, depth);
}

/// What follows of all rounds together, for a number that a loop carries.
ConstantRange NumberRanges::carried(llvm::PHINode& phi, View view, unsigned depth) {
  const auto range_of = [&](llvm::Use& number) { return range(number, view, depth + of_limit); };
  const llvm::Loop* loop = loops_.getLoopFor(phi.getParent());
  ConstantRange all = any(phi);
  if (!loop || loop->getHeader() != phi.getParent()) return all;
  const uint64_t rounds = view == View::Verifier ? rounds_seen(*loop) : evolution_.getSmallConstantMaxTripCount(loop);
  const llvm::DominatorTree* dominators = view == View::Compiler ? &dominators_ : nullptr;
  if (const auto grown = grown_in_loop(phi, *loop, rounds, evolution_, dominators, range_of)) all = *grown;
  if (llvm::BasicBlock* before = loop->getLoopPredecessor(); before && view == View::Compiler)
    if (const auto declined = declined_in_loop(phi, *loop, range_of(phi.getOperandUse(phi.getBasicBlockIndex(before))),
                                               evolution_, dominators_))
      all = all.intersectWith(*declined);
  if (const auto numbers = numbers_kept(phi)) {
    ConstantRange kept = ConstantRange::getEmpty(all.getBitWidth());
    for (llvm::Use* number : *numbers) kept = kept.unionWith(range_of(*number));
    all = all.intersectWith(kept);
  }
  return all;
}

ConstantRange NumberRanges::computed(llvm::PHINode& phi, llvm::Instruction& at, View view, unsigned depth) {
  if (const auto rounds = view == View::Verifier ? helper_rounds(phi) : std::nullopt)
    return in_helper(phi, *rounds, depth);
  // Of a counter that goes up in variable steps, code generation makes a pointer that does.
  if (view == View::Verifier && evolution_.isSCEVable(phi.getType()))
    if (const auto* counter = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(&phi));
        counter && !llvm::isa<llvm::SCEVConstant>(counter->getStepRecurrence(evolution_)))
      return any(phi);
  // In another round of a loop, the same names are other numbers.
  const auto assumed_here = std::exchange(assumed_, {});
  ConstantRange all = ConstantRange::getEmpty(phi.getType()->getIntegerBitWidth());
  for (unsigned i = 0; i != phi.getNumIncomingValues(); ++i) {
    if (view == View::Compiler && is_excluded(phi, i, at, dominators_)) continue;
    llvm::Value& value = *phi.getIncomingValue(i);
    llvm::Instruction& end = *phi.getIncomingBlock(i)->getTerminator();
    ConstantRange one = range(value, end, view, depth + 1);
    if (auto* branch = llvm::dyn_cast<llvm::BranchInst>(&end);
        branch && branch->isConditional() && branch->getSuccessor(0) != branch->getSuccessor(1) &&
        !(view == View::Verifier && kernel_ < first_to_relate_registers && is_copied_into(phi, i, loops_, dominators_)))
      one = narrowed(one, value, *branch->getCondition(), branch->getSuccessor(0) == phi.getParent(), end, view,
                     depth + 1);
    all = all.unionWith(one);
  }
  all = all.intersectWith(carried(phi, view, depth));
  assumed_ = assumed_here;
  return all;
}

/// The part of the range that is left where the condition came out as `truth`.
ConstantRange NumberRanges::narrowed(ConstantRange range, const llvm::Value& number, const llvm::Value& condition,
                                     bool truth, llvm::Instruction& at, View view, unsigned depth) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (const llvm::Value* shown = behind_opaque(condition))
    return narrowed(range, number, *shown, truth, at, view, depth);
  auto* value = const_cast<llvm::Value*>(&condition);
  if (match(value, m_Not(m_Value(one)))) return narrowed(range, number, *one, !truth, at, view, depth);
  const auto narrowed_by = [&](const ConstantRange& before, llvm::Value& part) {
    return narrowed(before, number, part, truth, at, view, depth);
  };
  const bool is_and = match(value, m_LogicalAnd(m_Value(one), m_Value(other)));
  if (is_and || match(value, m_LogicalOr(m_Value(one), m_Value(other))))
    return is_and == truth ? narrowed_by(narrowed_by(range, *one), *other)
                           : narrowed_by(range, *one).unionWith(narrowed_by(range, *other));
  const auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&condition);
  if (!comparison || depth > greatest_depth) return range;
  llvm::CmpInst::Predicate predicate = comparison->getPredicate();
  llvm::Value* side = comparison->getOperand(0);
  llvm::Value* limit = comparison->getOperand(1);
  const auto relation_to = [&](llvm::Value& other) {
    const auto relation = relation_of(other, number);
    return relation || view == View::Verifier
               ? relation
               : relation_of_counters(other, const_cast<llvm::Value&>(number), evolution_);
  };
  std::optional<NumberRelation> relation = relation_to(*side);
  if (!relation) {
    std::swap(side, limit);
    predicate = llvm::CmpInst::getSwappedPredicate(predicate);
    relation = relation_to(*side);
  }
  if (!relation) return view == View::Compiler ? narrowed_part(range, number, *comparison, truth, at, depth) : range;
  if (view == View::Verifier &&
      (side != &number || (!llvm::isa<llvm::ConstantInt>(limit) && kernel_ < first_to_relate_registers) ||
       is_compared_masked(number)))
    return range;
  if (!truth) predicate = llvm::CmpInst::getInversePredicate(predicate);
  // It follows a counter round by round, and knows how its tests come out.
  if (view == View::Verifier && predicate == llvm::CmpInst::ICMP_NE && kernel_ < first_to_learn_from_inequality &&
      !is_tested_for_zero(*limit, number) && !is_counter(number))
    return range;
  return range.intersectWith(relation->number_for(
      ConstantRange::makeAllowedICmpRegion(predicate, this->range(*limit, at, view, depth + of_limit))));
}

/// The part that is left where a sum has a limit of which the number is a part: it is less by the least of the others.
ConstantRange NumberRanges::narrowed_part(const ConstantRange& range, const llvm::Value& number,
                                          const llvm::ICmpInst& comparison, bool truth, llvm::Instruction& at,
                                          unsigned depth) {
  const llvm::CmpInst::Predicate predicate = truth ? comparison.getPredicate() : comparison.getInversePredicate();
  const bool is_left = predicate == llvm::CmpInst::ICMP_ULT || predicate == llvm::CmpInst::ICMP_ULE;
  if (!is_left && predicate != llvm::CmpInst::ICMP_UGT && predicate != llvm::CmpInst::ICMP_UGE) return range;
  llvm::Value& sum = *comparison.getOperand(is_left ? 0 : 1);
  llvm::Value& limit = *comparison.getOperand(is_left ? 1 : 0);
  llvm::Value *part = nullptr, *other = nullptr;
  if (!match(&sum, m_Add(m_Value(part), m_Value(other)))) return range;
  std::optional<NumberRelation> relation = relation_of(*part, number);
  if (!relation) {
    std::swap(part, other);
    relation = relation_of(*part, number);
  }
  if (!relation) return range;
  llvm::APInt most = this->range(limit, at, View::Compiler, depth + of_limit).getUnsignedMax();
  if (!llvm::CmpInst::isNonStrictPredicate(predicate) && !most.isZero()) --most;
  const ConstantRange others = this->range(*other, at, View::Compiler, depth + of_limit);
  const auto never_wraps = [&] {
    return llvm::cast<llvm::OverflowingBinaryOperator>(sum).hasNoUnsignedWrap() ||
           this->range(*part, at, View::Compiler, depth + of_limit).unsignedAddMayOverflow(others) ==
               ConstantRange::OverflowResult::NeverOverflows;
  };
  const llvm::APInt least = others.getUnsignedMin();
  if (most.ult(least) || !never_wraps()) return range;
  return range.intersectWith(
      relation->number_for(ConstantRange::getNonEmpty(llvm::APInt::getZero(most.getBitWidth()), most - least + 1)));
}

/// The part that is left after the branches that lead to the instruction.
ConstantRange NumberRanges::narrowed_on_the_way(ConstantRange range, const llvm::Value& number, llvm::Instruction& at,
                                                View view, unsigned depth) {
  for (std::size_t i = 0; i != assumed_.size(); ++i)
    range = narrowed(range, number, *assumed_[i].first, assumed_[i].second, at, view, depth + 1);
  const llvm::DomTreeNode* node = dominators_.getNode(at.getParent());
  for (node = node ? node->getIDom() : nullptr; node; node = node->getIDom()) {
    auto* branch = llvm::dyn_cast<llvm::BranchInst>(node->getBlock()->getTerminator());
    if (!branch || !branch->isConditional()) continue;
    for (const bool truth : {true, false})
      if (dominators_.dominates(llvm::BasicBlockEdge(branch->getParent(), branch->getSuccessor(truth ? 0 : 1)),
                                at.getParent()))
        range = narrowed(range, number, *branch->getCondition(), truth, at, view, depth + 1);
  }
  return range;
}

}  // namespace ebpfxx::cc
