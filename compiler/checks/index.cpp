#include <llvm/Analysis/ConstantFolding.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

#include "base/counted_index.hpp"
#include "base/function_analyses.hpp"
#include "base/indexed_access.hpp"
#include "base/number_text.hpp"
#include "checks/index_certainty.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// Elements of an array, by number.
std::string takes_elements(const llvm::ConstantRange& range, uint64_t elements) {
  const std::string taken = range.isFullSet()
                                ? "any element"
                                : "element " + text_of(range.getSignedMin()) + " to " + text_of(range.getSignedMax());
  const std::string last = std::to_string(elements - 1);
  return "takes " + taken + " of an array of " + std::to_string(elements) + "; test first that the index is " +
         (range.getSignedMin().isNegative() ? "from 0 to " + last : "at most " + last) +
         ", or bound it as Bounded<0, " + last + ">";
}

/// Bytes of an object, where no array is known.
std::string takes_bytes(const IndexedAccess& access, const Extent& extent, uint64_t size) {
  const auto low = static_cast<int64_t>(extent.low);
  const auto high = static_cast<int64_t>(extent.high) + static_cast<int64_t>(access.size) - 1;
  return "takes bytes " + std::to_string(low) + " to " + std::to_string(high) + " of an object of " +
         std::to_string(size) + " bytes; " +
         (access.indexes.empty() ? "stay below its size" : "test the index first, or bound it as Bounded");
}

std::string message_of(const IndexedAccess& access, const Judgement& judgement, NumberRanges& ranges) {
  for (const IndexOperand& index : access.indexes) {
    const llvm::ConstantRange range = ranges.proven(index.number(), *access.instruction);
    const uint64_t elements = index.elements ? index.elements : judgement.size / static_cast<uint64_t>(index.stride);
    // The type may have been lost, of which LLVM multiplies an index by the size itself.
    if (index.elements == 0 && index.stride == 1 && access.size > 1) break;
    if (elements != 0 && (range.getSignedMin().isNegative() || range.getSignedMax().uge(elements)))
      return takes_elements(range, elements);
  }
  return takes_bytes(access, access.proven(ranges), judgement.size);
}

/// The number in the first round of a loop, as far as it is made of constants that the loop starts with.
llvm::Constant* in_first_round(llvm::Value& number, const llvm::Loop& loop, const llvm::DataLayout& layout) {
  if (auto* constant = llvm::dyn_cast<llvm::ConstantInt>(&number)) return constant;
  auto* made = llvm::dyn_cast<llvm::Instruction>(&number);
  const llvm::BasicBlock* before = loop.getLoopPredecessor();
  if (!made || !loop.contains(made) || !before) return nullptr;
  if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(made))
    return phi->getParent() == loop.getHeader()
               ? llvm::dyn_cast<llvm::ConstantInt>(phi->getIncomingValueForBlock(before))
               : nullptr;
  if (!llvm::isa<llvm::BinaryOperator, llvm::CastInst>(made)) return nullptr;
  llvm::SmallVector<llvm::Constant*, 2> operands;
  for (llvm::Value* operand : made->operand_values()) {
    operands.push_back(in_first_round(*operand, loop, layout));
    if (!operands.back()) return nullptr;
  }
  return llvm::ConstantFoldInstOperands(made, operands, layout);
}

/// The element that the access takes in the first round of its loop, where that is one that the object does not have.
std::optional<std::string> outside_in_first_round(const IndexedAccess& access, const Judgement& judgement,
                                                  const llvm::LoopInfo& loops) {
  const llvm::Loop* loop = loops.getLoopFor(access.instruction->getParent());
  if (!loop || loop->getHeader() != access.instruction->getParent() || access.indexes.size() != 1) return std::nullopt;
  const IndexOperand& index = access.indexes.front();
  const auto* first = llvm::dyn_cast_or_null<llvm::ConstantInt>(
      in_first_round(index.number(), *loop, access.instruction->getDataLayout()));
  if (!first) return std::nullopt;
  const __int128 offset = access.constant + static_cast<__int128>(first->getSExtValue()) * index.stride;
  if (offset >= 0 && offset + static_cast<__int128>(access.size) <= static_cast<__int128>(judgement.size))
    return std::nullopt;
  const uint64_t elements = index.elements ? index.elements : judgement.size / static_cast<uint64_t>(index.stride);
  return "takes element " + text_of(first->getValue()) + " of an array of " + std::to_string(elements) +
         " in the first round of a loop; the last one is element " + std::to_string(elements - 1);
}

void check_function(llvm::Function& function, const OptimisedCode& code, Diagnostics& diagnostics) {
  FunctionAnalyses analyses;
  NumberRanges ranges(function, analyses.manager(), code.kernel);
  for (const IndexedAccess& access : indexed_accesses(function)) {
    const Judgement judgement = judge(access, ranges, code.locations.unit());
    if (judgement.outcome != Judgement::Outcome::Unproven) continue;
    const auto outside = outside_in_first_round(access, judgement, ranges.loops());
    if (!outside && !judgement.is_in_kernel && !is_certain(access, ranges)) continue;
    diagnostics.error(code.locations.trail(*access.instruction), "array-bounds",
                      outside.value_or(message_of(access, judgement, ranges)));
  }
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    const auto counted = counted_index(instruction);
    if (!counted) continue;
    const llvm::ConstantRange range = ranges.proven(*counted->index, instruction);
    if (range.getSignedMin().isNegative() || range.getSignedMax().uge(counted->elements))
      diagnostics.error(code.locations.trail(instruction), "array-bounds", takes_elements(range, counted->elements));
  }
}

}  // namespace

/// Elements and bytes that a variable, a map value, a record or the proven bytes of a packet do not have, at an index
/// whose range both LLVM and the verifier know (array-bounds).
void check_index(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const llvm::Function& function : code.module)
    // Analyses of LLVM take functions that may be changed, and leave them as they are.
    if (!function.isDeclaration()) check_function(const_cast<llvm::Function&>(function), code, diagnostics);
}

}  // namespace ebpfxx::cc
