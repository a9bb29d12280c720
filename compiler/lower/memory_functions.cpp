#include "lower/memory_functions.hpp"

#include <llvm/ADT/SmallVector.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include "lower/byte_loop.hpp"

namespace ebpfxx::cc {
namespace {

/// How many loads or stores LLVM's BPF target makes of one call (getCommonMaxStoresPerMemFunc).
constexpr uint64_t most_accesses = 128;
constexpr uint64_t word = 8;
/// A move reads everything before it writes anything: as much as there are registers for.
constexpr uint64_t most_moved = 8;

/// What is copied, filled or compared in a loop: `steps` of `size` bytes each, and then `rest` bytes.
struct Steps {
  Steps(uint64_t bytes, uint64_t size) : count(bytes / size), size(size), rest(bytes % size) {}
  uint64_t begin_of_rest() const { return count * size; }
  uint64_t accesses() const { return count + llvm::popcount(rest); }

  uint64_t count, size, rest;
};

/// A loop before `next` whose body gets the offset of each step.
template <class Body>
void add_loop(llvm::Instruction& next, const Steps& steps, const Body& body) {
  const auto [end, index] = llvm::SplitBlockAndInsertSimpleForLoop(
      llvm::ConstantInt::get(llvm::Type::getInt64Ty(next.getContext()), steps.count), &next);
  llvm::IRBuilder<> builder(end);
  builder.SetCurrentDebugLocation(next.getDebugLoc());
  body(builder, builder.CreateMul(index, builder.getInt64(steps.size), "", /*HasNUW=*/true, /*HasNSW=*/true));
}

void fill_in_loop(llvm::MemSetInst& fill, const Steps& steps) {
  llvm::IRBuilder<> builder(&fill);
  llvm::Type* type = builder.getIntNTy(steps.size * 8);
  llvm::Value* every_byte = builder.getInt(llvm::APInt::getSplat(steps.size * 8, llvm::APInt(8, 1)));
  llvm::Value* value = builder.CreateMul(builder.CreateZExt(fill.getValue(), type), every_byte);
  add_loop(fill, steps, [&](llvm::IRBuilder<>& in_loop, llvm::Value* offset) {
    in_loop.CreateAlignedStore(value, byte(in_loop, fill.getRawDest(), offset), llvm::Align(steps.size),
                               fill.isVolatile());
  });
  builder.SetInsertPoint(&fill);
  if (steps.rest != 0)
    builder.CreateMemSet(byte(builder, fill.getRawDest(), steps.begin_of_rest()), fill.getValue(), steps.rest,
                         llvm::Align(steps.size), fill.isVolatile());
}

void copy_step(llvm::IRBuilder<>& builder, const llvm::MemTransferInst& copy, llvm::Value* offset, uint64_t size) {
  llvm::Value* value = builder.CreateAlignedLoad(
      builder.getIntNTy(size * 8), byte(builder, copy.getRawSource(), offset), llvm::Align(size), copy.isVolatile());
  builder.CreateAlignedStore(value, byte(builder, copy.getRawDest(), offset), llvm::Align(size), copy.isVolatile());
}

/// The bytes that are no whole step, the largest power of two first: `copy_one` gets the offset and size of each.
template <class CopyOne>
void for_each_of_rest(const Steps& steps, const CopyOne& copy_one) {
  uint64_t offset = steps.begin_of_rest();
  for (uint64_t size = steps.size / 2; size != 0; size /= 2)
    if (steps.rest & size) copy_one(offset, size), offset += size;
}

void copy_forwards(const llvm::MemTransferInst& copy, const Steps& steps, llvm::Instruction& next) {
  add_loop(next, steps,
           [&](llvm::IRBuilder<>& builder, llvm::Value* offset) { copy_step(builder, copy, offset, steps.size); });
  llvm::IRBuilder<> builder(&next);
  for_each_of_rest(steps,
                   [&](uint64_t offset, uint64_t size) { copy_step(builder, copy, builder.getInt64(offset), size); });
}

void copy_backwards(const llvm::MemTransferInst& copy, const Steps& steps, llvm::Instruction& next) {
  llvm::SmallVector<std::pair<uint64_t, uint64_t>, 3> rest;
  for_each_of_rest(steps, [&](uint64_t offset, uint64_t size) { rest.emplace_back(offset, size); });
  llvm::IRBuilder<> builder(&next);
  for (const auto& [offset, size] : llvm::reverse(rest)) copy_step(builder, copy, builder.getInt64(offset), size);
  add_loop(next, steps, [&](llvm::IRBuilder<>& in_loop, llvm::Value* offset) {
    copy_step(in_loop, copy, in_loop.CreateSub(in_loop.getInt64(steps.begin_of_rest() - steps.size), offset),
              steps.size);
  });
}

void move_in_loop(llvm::MemMoveInst& move, const Steps& steps) {
  if (const std::optional<int64_t> known = moved_distance(move))
    return *known > 0 ? copy_backwards(move, steps, move) : copy_forwards(move, steps, move);
  llvm::IRBuilder<> builder(&move);
  llvm::Instruction *backwards = nullptr, *forwards = nullptr;
  llvm::SplitBlockAndInsertIfThenElse(builder.CreateICmpUGT(move.getRawDest(), move.getRawSource()), &move, &backwards,
                                      &forwards);
  copy_backwards(move, steps, *backwards);
  copy_forwards(move, steps, *forwards);
}

/// Replaces `access` by a loop if it is too long for LLVM. Returns whether it did.
bool make_loop(llvm::MemIntrinsic& access) {
  const auto* bytes = llvm::dyn_cast<llvm::ConstantInt>(access.getLength());
  if (!bytes || llvm::isa<llvm::MemCpyInlineInst, llvm::MemSetInlineInst>(access)) return false;
  llvm::Align align = access.getDestAlign().valueOrOne();
  if (const auto* copy = llvm::dyn_cast<llvm::MemTransferInst>(&access))
    align = std::min(align, copy->getSourceAlign().valueOrOne());
  const Steps steps(bytes->getZExtValue(), std::min(align.value(), word));
  auto* move = llvm::dyn_cast<llvm::MemMoveInst>(&access);
  if (steps.accesses() <= (move ? most_moved : most_accesses)) return false;
  if (auto* fill = llvm::dyn_cast<llvm::MemSetInst>(&access))
    fill_in_loop(*fill, steps);
  else if (move)
    move_in_loop(*move, steps);
  else
    copy_forwards(llvm::cast<llvm::MemTransferInst>(access), steps, access);
  access.eraseFromParent();
  return true;
}

llvm::CallInst* compare(llvm::IRBuilder<>& builder, const llvm::CallInst& call, llvm::Value* offset, uint64_t size) {
  llvm::CallInst* compared = builder.CreateCall(call.getFunctionType(), call.getCalledOperand(),
                                                {byte(builder, call.getArgOperand(0), offset),
                                                 byte(builder, call.getArgOperand(1), offset), builder.getInt64(size)});
  compared->setDebugLoc(call.getDebugLoc());
  return compared;
}

/// LLVM expands the short comparisons that the loop is made of. Which side is less is asked only of a step that
/// differs.
void compare_in_loop(llvm::CallInst& call, const Steps& steps) {
  llvm::LLVMContext& context = call.getContext();
  llvm::BasicBlock* before = call.getParent();
  llvm::BasicBlock* after = llvm::SplitBlock(before, &call);
  llvm::Function* function = before->getParent();
  const auto add_block = [&](const char* name) { return llvm::BasicBlock::Create(context, name, function, after); };
  llvm::BasicBlock *step = add_block("compare.step"), *next = add_block("compare.next"),
                   *rest = add_block("compare.rest"), *differs = add_block("compare.differs");
  before->getTerminator()->setSuccessor(0, step);

  llvm::IRBuilder<> builder(step);
  builder.SetCurrentDebugLocation(call.getDebugLoc());
  llvm::PHINode* offset = builder.CreatePHI(builder.getInt64Ty(), 2);
  offset->addIncoming(builder.getInt64(0), before);
  builder.CreateCondBr(builder.CreateIsNull(compare(builder, call, offset, steps.size)), next, differs);

  builder.SetInsertPoint(next);
  llvm::Value* following = builder.CreateNUWAdd(offset, builder.getInt64(steps.size));
  offset->addIncoming(following, next);
  builder.CreateCondBr(builder.CreateICmpULT(following, builder.getInt64(steps.begin_of_rest())), step, rest);

  builder.SetInsertPoint(rest);
  llvm::Value* of_rest = builder.getInt32(0);
  if (steps.rest != 0) of_rest = compare(builder, call, builder.getInt64(steps.begin_of_rest()), steps.rest);
  builder.CreateBr(after);

  builder.SetInsertPoint(differs);
  llvm::Value* difference = builder.getInt32(1);
  if (!llvm::isOnlyUsedInZeroEqualityComparison(&call)) difference = compare(builder, call, offset, steps.size);
  builder.CreateBr(after);

  builder.SetInsertPoint(&call);
  llvm::PHINode* result = builder.CreatePHI(call.getType(), 2);
  result->addIncoming(of_rest, rest);
  result->addIncoming(difference, differs);
  call.replaceAllUsesWith(result);
  call.eraseFromParent();
}

/// Of a comparison that is too long for LLVM, how many bytes it has.
std::optional<uint64_t> long_comparison(const llvm::CallInst& call, const llvm::TargetLibraryInfo& library) {
  llvm::LibFunc function = llvm::NumLibFuncs;
  if (!library.getLibFunc(call, function) || (function != llvm::LibFunc_memcmp && function != llvm::LibFunc_bcmp))
    return std::nullopt;
  const auto* bytes = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(2));
  if (!bytes || Steps(bytes->getZExtValue(), word).accesses() <= most_accesses) return std::nullopt;
  return bytes->getZExtValue();
}

template <class Instruction>
llvm::SmallVector<Instruction*, 8> all_of(llvm::Function& function) {
  llvm::SmallVector<Instruction*, 8> found;
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block)
      if (auto* one = llvm::dyn_cast<Instruction>(&instruction)) found.push_back(one);
  return found;
}

}  // namespace

std::optional<int64_t> moved_distance(const llvm::MemTransferInst& copy) {
  const llvm::DataLayout& layout = copy.getDataLayout();
  int64_t from = 0, to = 0;
  const llvm::Value* source = llvm::GetPointerBaseWithConstantOffset(copy.getRawSource(), from, layout);
  const llvm::Value* destination = llvm::GetPointerBaseWithConstantOffset(copy.getRawDest(), to, layout);
  if (source != destination) return std::nullopt;
  return to - from;
}

llvm::PreservedAnalyses CompareLoopsPass::run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses) {
  const auto& library = analyses.getResult<llvm::TargetLibraryAnalysis>(function);
  bool changed = false;
  for (llvm::CallInst* call : all_of<llvm::CallInst>(function))
    if (const std::optional<uint64_t> bytes = long_comparison(*call, library)) {
      compare_in_loop(*call, Steps(*bytes, word));
      changed = true;
    }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

llvm::PreservedAnalyses CopyLoopsPass::run(llvm::Function& function, llvm::FunctionAnalysisManager&) {
  bool changed = false;
  for (llvm::MemIntrinsic* access : all_of<llvm::MemIntrinsic>(function)) changed |= make_loop(*access);
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace ebpfxx::cc
