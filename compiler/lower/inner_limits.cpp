#include "lower/inner_limits.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Support/MathExtras.h>

#include "base/function_ranges.hpp"
#include "base/opaque.hpp"
#include "lower/forgotten.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// Rounds of two nested loops in which the verifier may follow each limit of the inner one: 16 by 16 take 6.1 110,216
/// steps, 32 by 32 take it 893,304, measured.
constexpr uint64_t few_rounds_together = 512;
/// Whether the next round of the loop begins with the number, or with what is computed from it.
bool goes_on(const llvm::Value& number, const llvm::Loop& loop) {
  llvm::SmallPtrSet<const llvm::Value*, 16> seen;
  llvm::SmallVector<const llvm::Value*> rest = {&number};
  if (const auto* cast = llvm::dyn_cast<llvm::CastInst>(&number)) rest.push_back(cast->getOperand(0));
  while (!rest.empty())
    for (const llvm::User* user : rest.pop_back_val()->users()) {
      const auto& computed = *llvm::cast<llvm::Instruction>(user);
      if (!loop.contains(&computed) ||
          !llvm::isa<llvm::BinaryOperator, llvm::CastInst, llvm::SelectInst, llvm::PHINode>(computed))
        continue;
      if (llvm::isa<llvm::PHINode>(computed) && computed.getParent() == loop.getHeader()) return true;
      if (seen.insert(&computed).second) rest.push_back(&computed);
    }
  return false;
}

/// What is shown to be `limit` at most.
llvm::Value& without_limit(llvm::Value& limit) {
  llvm::Value* shown = nullptr;
  if (!match(&limit, m_UMin(m_Value(shown), m_ConstantInt()))) return limit;
  llvm::Value* behind = behind_opaque(*shown);
  return behind ? *behind : limit;
}

void hide_limit(llvm::ICmpInst& test, const llvm::Loop& inner, const llvm::Loop& outer, NumberRanges& ranges) {
  llvm::BasicBlock* before = inner.getLoopPredecessor();
  if (!before || !inner.contains(&test)) return;
  for (llvm::Use& limit : test.operands()) {
    if (!limit->getType()->isIntegerTy() || llvm::isa<llvm::Constant>(limit) || !inner.isLoopInvariant(limit) ||
        !ranges.is_counter(*test.getOperand(1 - limit.getOperandNo())))
      continue;
    const llvm::ConstantRange proven = ranges.proven(*limit, test);
    if (proven.getActiveBits() > most_forgotten_bits) continue;
    const uint64_t rounds = proven.getUnsignedMax().getZExtValue();
    const uint64_t outer_rounds = ranges.evolution().getSmallConstantMaxTripCount(&outer);
    llvm::Value& number = without_limit(*limit);
    const bool is_known_further_on = outer.isLoopInvariant(&number)
                                         ? llvm::SaturatingMultiply(outer_rounds, rounds) > few_rounds_together
                                         : !ranges.is_walked(number, /*however_long=*/true) && goes_on(number, outer);
    if (!is_known_further_on) continue;
    llvm::IRBuilder<> builder(before->getTerminator());
    limit.set(&make_hidden(builder, number, &proven, /*is_aligned=*/false));
  }
}

void hide_limits(NumberRanges& ranges) {
  for (llvm::Loop* outer : ranges.loops().getLoopsInPreorder())
    for (llvm::Loop* inner : *outer) {
      llvm::SmallVector<llvm::BasicBlock*> exiting;
      inner->getExitingBlocks(exiting);
      for (llvm::BasicBlock* block : exiting) {
        const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
        if (!branch || !branch->isConditional()) continue;
        if (auto* test = llvm::dyn_cast<llvm::ICmpInst>(branch->getCondition()))
          hide_limit(*test, *inner, *outer, ranges);
      }
    }
}

}  // namespace

void hide_inner_limits(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function&, NumberRanges& ranges) { hide_limits(ranges); });
}

}  // namespace ebpfxx::cc
