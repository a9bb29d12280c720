#include "lower/library_loops.hpp"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/CorrelatedValuePropagation.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include "base/indexed_access.hpp"
#include "base/loop_rounds.hpp"
#include "base/number_ranges.hpp"
#include "lower/address_tables.hpp"
#include "lower/byte_loop.hpp"
#include "lower/memory_functions.hpp"
#include "lower/search_loops.hpp"

namespace ebpfxx::cc {
namespace {

/// In each round the verifier may come back to a branch, so no loop of more rounds ends for it.
constexpr uint64_t most_bytes = most_verifier_branches - 1;

/// Adds a loop before `next` whose body gets the index of each of `size` bytes, at most `most`.
template <class Body>
void add_loop(llvm::Instruction& next, llvm::Value& size, uint64_t most, const Body& body) {
  llvm::BasicBlock* before = next.getParent();
  llvm::BasicBlock* after = llvm::SplitBlock(before, &next);
  llvm::BasicBlock* step = llvm::BasicBlock::Create(next.getContext(), "bytes.step", before->getParent(), after);
  ByteLoop loop(*before, next.getDebugLoc(), size, most, *step, *after);
  loop.close(*step);
  llvm::IRBuilder<> builder(step->getTerminator());
  body(builder, &loop.index());
}

/// The same from the last byte to the first, of at most `most` bytes. The verifier knows the index in each round, as it
/// starts from a constant.
template <class Body>
void add_downward_loop(llvm::Instruction& next, llvm::Value& size, uint64_t most, const Body& body) {
  llvm::IRBuilder<> builder(&next);
  add_loop(next, *builder.getInt64(most), most, [&](llvm::IRBuilder<>& in_loop, llvm::Value* round) {
    llvm::Value* index = in_loop.CreateSub(in_loop.getInt64(most - 1), round);
    in_loop.SetInsertPoint(
        llvm::SplitBlockAndInsertIfThen(in_loop.CreateICmpULT(index, &size), &*in_loop.GetInsertPoint(), false));
    in_loop.SetCurrentDebugLocation(next.getDebugLoc());
    body(in_loop, index);
  });
}

/// A copy, a move or a fill, and the most bytes that it has.
struct BoundedAccess {
  llvm::MemIntrinsic* access;
  uint64_t most;
};

void fill_in_loop(llvm::MemSetInst& fill, uint64_t most) {
  add_loop(fill, *fill.getLength(), most, [&](llvm::IRBuilder<>& builder, llvm::Value* index) {
    builder.CreateStore(fill.getValue(), byte(builder, fill.getRawDest(), index));
  });
}

auto copy_byte(const llvm::MemTransferInst& copy) {
  return [&copy](llvm::IRBuilder<>& builder, llvm::Value* index) {
    llvm::Value* value = builder.CreateLoad(builder.getInt8Ty(), byte(builder, copy.getRawSource(), index));
    builder.CreateStore(value, byte(builder, copy.getRawDest(), index));
  };
}

void move_in_loop(llvm::MemMoveInst& move, uint64_t most) {
  llvm::Value& size = *move.getLength();
  if (const std::optional<int64_t> known = moved_distance(move)) {
    if (*known > 0 && static_cast<uint64_t>(*known) < most) return add_downward_loop(move, size, most, copy_byte(move));
    return add_loop(move, size, most, copy_byte(move));
  }
  llvm::IRBuilder<> builder(&move);
  llvm::Instruction *down = nullptr, *up = nullptr;
  llvm::SplitBlockAndInsertIfThenElse(builder.CreateICmpUGT(move.getRawDest(), move.getRawSource()), &move, &down, &up);
  for (llvm::Instruction* way : {down, up}) way->setDebugLoc(move.getDebugLoc());
  add_downward_loop(*down, size, most, copy_byte(move));
  add_loop(*up, size, most, copy_byte(move));
}

void make_loop(const BoundedAccess& bounded) {
  if (auto* fill = llvm::dyn_cast<llvm::MemSetInst>(bounded.access))
    fill_in_loop(*fill, bounded.most);
  else if (auto* move = llvm::dyn_cast<llvm::MemMoveInst>(bounded.access))
    move_in_loop(*move, bounded.most);
  else
    add_loop(*bounded.access, *bounded.access->getLength(), bounded.most,
             copy_byte(llvm::cast<llvm::MemTransferInst>(*bounded.access)));
  bounded.access->eraseFromParent();
}

/// Finds the calls that have a bound, before any of them becomes a loop.
class BoundedCalls {
 public:
  BoundedCalls(NumberRanges& ranges, const TranslationUnit& unit, const llvm::DataLayout& layout)
      : ranges_(ranges), unit_(unit), layout_(layout) {}

  struct Search {
    llvm::CallInst* call;
    const SearchFunction* function;
    std::optional<uint64_t> limit;  ///< of the bytes, besides what the call says
    uint64_t most;                  ///< bytes by both
  };

  void add(llvm::Instruction& instruction) {
    if (auto* access = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction)) {
      // LLVM makes those of a constant size inline.
      llvm::Value& size = *access->getLength();
      const uint64_t bytes = most(size, *access);
      if (!llvm::isa<llvm::ConstantInt>(size) && bytes <= most_bytes) accesses_.push_back({access, bytes});
    } else if (auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction)) {
      const SearchFunction* function = searched_by(*call);
      // LLVM makes comparisons of a constant size inline.
      if (function &&
          (function->are_strings || function->texts == 1 || !llvm::isa<llvm::ConstantInt>(call->getArgOperand(2))))
        add(*call, *function);
    }
  }

  void make_loops() const {
    for (const BoundedAccess& access : accesses_) make_loop(access);
    for (const Search& search : searches_) {
      llvm::IRBuilder<> builder(search.call);
      llvm::Value* size = search.function->size < 0 ? nullptr : search.call->getArgOperand(search.function->size);
      if (search.limit) {
        llvm::Value* limit = builder.getInt64(*search.limit);
        size = size ? builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, size, limit) : limit;
      }
      search_in_loop(*search.call, *search.function, *size, search.most);
    }
  }

  bool empty() const { return accesses_.empty() && searches_.empty(); }

 private:
  uint64_t most(llvm::Value& number, llvm::Instruction& at) {
    return ranges_.proven(number, at).getUnsignedMax().getLimitedValue();
  }

  /// The bytes of an array of characters that a run-time index chooses of several; empty for any other address.
  static std::optional<uint64_t> row_size(const llvm::Value& pointer) {
    const auto* row = llvm::dyn_cast<llvm::GEPOperator>(&pointer);
    const auto* characters = row ? llvm::dyn_cast<llvm::ArrayType>(row->getResultElementType()) : nullptr;
    if (!characters || !characters->getElementType()->isIntegerTy(8)) return std::nullopt;
    return characters->getNumElements();
  }

  /// The bytes of the greatest object that a constant table of pointers has; empty where it has others.
  std::optional<uint64_t> size_of_entry(const llvm::LoadInst& load) const {
    const auto entries = table_entries(load);
    if (!entries) return std::nullopt;
    uint64_t most = 0;
    for (const TableEntry& entry : *entries) {
      const auto* object = llvm::dyn_cast<llvm::GlobalVariable>(entry.value);
      if (!object && !entry.value->isNullValue()) return std::nullopt;
      if (object) most = std::max(most, object_size(*object, unit_).value_or(0));
    }
    return most;
  }

  /// How many bytes the object has from where the pointer is.
  std::optional<uint64_t> bytes_behind(const llvm::Value& pointer) const {
    int64_t offset = 0;
    const llvm::Value* base = llvm::GetPointerBaseWithConstantOffset(&pointer, offset, layout_);
    std::optional<uint64_t> size = row_size(*base);
    if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(base)) size = size_of_entry(*load);
    if (!size) size = object_size(*base, unit_);
    if (!size || offset < 0 || static_cast<uint64_t>(offset) >= *size) return std::nullopt;
    return *size - static_cast<uint64_t>(offset);
  }

  void add(llvm::CallInst& call, const SearchFunction& function) {
    std::optional<uint64_t> limit;
    for (unsigned text = 0; function.are_strings && text < function.texts; ++text)
      if (const std::optional<uint64_t> bytes = bytes_behind(*call.getArgOperand(text)))
        limit = std::min(limit.value_or(*bytes), *bytes);
    const uint64_t of_call =
        function.size < 0 ? UINT64_MAX : most(*call.getArgOperand(static_cast<unsigned>(function.size)), call);
    const uint64_t bytes = std::min(of_call, limit.value_or(UINT64_MAX));
    if (bytes > most_bytes) return;
    if (limit && of_call <= *limit) limit.reset();
    searches_.push_back({&call, &function, limit, bytes});
  }

  NumberRanges& ranges_;
  const TranslationUnit& unit_;
  const llvm::DataLayout& layout_;
  std::vector<BoundedAccess> accesses_;
  std::vector<Search> searches_;
};

}  // namespace

llvm::PreservedAnalyses LibraryLoopsPass::run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses) {
  bool changed = false;
  // What one call returns may be the size of the next.
  while (make_loops(function, analyses)) {
    changed = true;
    analyses.invalidate(function, llvm::PreservedAnalyses::none());
  }
  if (!changed) return llvm::PreservedAnalyses::all();
  llvm::FunctionPassManager simplification;
  simplification.addPass(llvm::InstCombinePass());
  simplification.addPass(llvm::CorrelatedValuePropagationPass());
  simplification.addPass(llvm::SimplifyCFGPass());
  simplification.run(function, analyses);
  return llvm::PreservedAnalyses::none();
}

/// Returns whether there were calls with a bound.
bool LibraryLoopsPass::make_loops(llvm::Function& function, llvm::FunctionAnalysisManager& analyses) const {
  NumberRanges ranges(function, analyses, kernel_);
  BoundedCalls calls(ranges, unit_, function.getDataLayout());
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block) calls.add(instruction);
  calls.make_loops();
  return !calls.empty();
}

}  // namespace ebpfxx::cc
