#include "lower/indexes.hpp"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/PatternMatch.h>

#include "base/conditions.hpp"
#include "base/function_ranges.hpp"
#include "base/helper_loop.hpp"
#include "base/indexed_access.hpp"
#include "base/loop_rounds.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// The verifier forgets what it knows of a packet pointer to which more is added (MAX_PACKET_OFF).
constexpr int64_t most_of_packet = 0x7fff;

class ShownIndexes {
 public:
  ShownIndexes(NumberRanges& ranges) : ranges_(ranges) {}

  /// Shows how far counters go that are among the indexes: one clamp before the loop does for all rounds.
  void show_limits(const IndexedAccess& access) {
    for (const IndexOperand& index : access.indexes)
      if (const llvm::PHINode* counter = index.counter())
        for (llvm::Use* limit : ranges_.unseen_limits(*counter))
          show_limit(*limit, *ranges_.loops().getLoopFor(counter->getParent()));
  }

  /// Shows how far a loop goes of which the verifier sees no end: it walks round by round, and prunes none of a loop
  /// that it has not left (is_state_visited in kernel/bpf/verifier.c).
  void show_end(const llvm::Loop& loop, KernelVersion kernel) {
    if (has_seen_end(loop) || rounds_in_helper(loop, ranges_, kernel)) return;
    const bool has_most_rounds = LoopRounds(ranges_).most(loop).has_value();
    for (llvm::Use* limit : ranges_.unseen_limits(loop)) {
      // What it knows in each round may grow until there, as in `n * n <= limit`.
      llvm::Value& compared = *limit->getUser()->getOperand(1 - limit->getOperandNo());
      if ((has_most_rounds || ranges_.is_walked(compared, /*however_long=*/true)) &&
          !llvm::isa<llvm::MinMaxIntrinsic>(limit->get()) && !ranges_.is_walked(*limit->get(), /*however_long=*/true))
        show_limit(*limit, loop);
    }
  }

  void show(const IndexedAccess& access, const Judgement& judgement, const Extent& extent) {
    llvm::IRBuilder<> builder(access.instruction);
    access.instruction->setOperand(access.pointer, &shown(access, judgement, extent, builder));
  }

  /// Shows the greatest numbers of indexes that alone would lead out of the object for the verifier. Of the other
  /// indexes of the same access it knows more than is proven, as it walks each path.
  void show_parts(const IndexedAccess& access, const Judgement& judgement) {
    for (const IndexOperand& index : access.indexes) {
      const llvm::ConstantRange proven = ranges_.proven(index.number(), *access.instruction);
      const auto reach = [&](const llvm::ConstantRange& range) {
        return static_cast<__int128>(range.getSignedMax().getSExtValue()) * index.stride;
      };
      if (index.address != &access.address() || proven.isSignWrappedSet() || proven.getSignedMin().isNegative() ||
          reach(proven) >= judgement.size || reach(index.followed(ranges_, *access.instruction)) < judgement.size)
        continue;
      llvm::IRBuilder<> builder(access.instruction);
      llvm::Instruction* address = llvm::cast<llvm::Instruction>(index.address)->clone();
      address->setOperand(index.operand,
                          builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, index.number()),
                                                        builder.getInt(proven.getUnsignedMax())));
      access.instruction->setOperand(access.pointer, builder.Insert(address));
      return;
    }
  }

 private:
  /// A sum of numbers, each times its stride, and a constant.
  struct Offset {
    llvm::SmallVector<std::pair<llvm::Value*, int64_t>> parts;
    int64_t constant;

    bool operator==(const Offset&) const = default;
  };

  struct Clamped {
    Offset offset;
    __int128 high;
    llvm::Instruction* number;
  };

  /// Whether a counter that the verifier follows is compared with a constant to end the loop.
  bool has_seen_end(const llvm::Loop& loop) {
    llvm::SmallVector<llvm::BasicBlock*> exiting;
    loop.getExitingBlocks(exiting);
    return llvm::any_of(exiting, [&](const llvm::BasicBlock* block) {
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
      return branch && branch->isConditional() &&
             llvm::any_of(comparisons_in(*branch->getCondition()), [&](const llvm::ICmpInst* comparison) {
               return llvm::isa<llvm::ConstantInt>(comparison->getOperand(1)) &&
                      ranges_.is_counter(*comparison->getOperand(0)) &&
                      ranges_.is_walked(*comparison->getOperand(0), true);
             });
    });
  }

  void show_limit(llvm::Use& limit, const llvm::Loop& loop) {
    llvm::BasicBlock* before = loop.getLoopPredecessor();
    if (!before) return;
    auto& comparison = *llvm::cast<llvm::Instruction>(limit.getUser());
    const llvm::ConstantRange proven = ranges_.proven(*limit, comparison);
    if (proven.getSignedMin().isNegative()) return;
    llvm::IRBuilder<> builder(before->getTerminator());
    builder.SetCurrentDebugLocation(comparison.getDebugLoc());
    limit.set(builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, *limit),
                                            builder.getInt(proven.getUnsignedMax())));
  }

  llvm::Value& shown(const IndexedAccess& access, const Judgement& judgement, const Extent& extent,
                     llvm::IRBuilder<>& builder) {
    llvm::Value& address = made_of_offset(access, judgement, extent, builder);
    return judgement.packet ? compared(address, access, extent, *judgement.packet->end, builder) : address;
  }

  /// The address, made of the base, of an offset that is compared with the greatest that it may be, and of a constant.
  /// Addresses that are constants apart share the offset.
  llvm::Value& made_of_offset(const IndexedAccess& access, const Judgement& judgement, const Extent& extent,
                              llvm::IRBuilder<>& builder) {
    const bool is_behind = access.constant >= 0 && extent.low >= access.constant;
    const int64_t behind = is_behind ? access.constant : 0;
    Offset offset{{}, access.constant - behind};
    for (const IndexOperand& index : access.indexes) offset.parts.emplace_back(&index.number(), index.stride);
    const Extent followed = access.followed(ranges_);
    const bool is_small = judgement.packet && followed.low >= 0 && followed.high <= most_of_packet;
    llvm::Value* number = is_small
                              ? make_opaque(builder, value_of(offset, builder))
                              : &clamped(offset, extent.high - behind,
                                         static_cast<__int128>(judgement.size - access.size) - behind, access, builder);
    llvm::Value* address = builder.CreatePtrAdd(access.base, number);
    return behind == 0 ? *address : *builder.CreatePtrAdd(address, builder.getInt64(static_cast<uint64_t>(behind)));
  }

  /// The first part is opaque where more is added: code generation adds numbers that share no bits by `|`. Linux 6.1
  /// knows nothing of one of two unknown numbers, not even how it is aligned. 6.12 knows its bits better than its least
  /// number, follows a comparison to where the two contradict each other, and takes the address for a number there.
  llvm::Value& value_of(const Offset& offset, llvm::IRBuilder<>& builder) {
    llvm::Value* sum = builder.getInt64(static_cast<uint64_t>(offset.constant));
    bool is_alone = offset.constant == 0 && offset.parts.size() == 1;
    for (const auto& [number, stride] : offset.parts) {
      llvm::Value* part = builder.CreateMul(&added(*number, builder), builder.getInt64(static_cast<uint64_t>(stride)));
      sum = builder.CreateAdd(is_alone ? part : make_opaque(builder, *part), sum);
      is_alone = true;
    }
    return *sum;
  }

  /// The number, as a sum of which the first part is opaque: with an addition for the `|` that LLVM made of one, and
  /// with what the verifier knows exactly, as a counter, in front. To a copy of the other part it would link the sum,
  /// learn from the clamp what the other is at most in this round (from 6.12 on, sync_linked_regs in
  /// kernel/bpf/verifier.c), and follow each round further on.
  llvm::Value& added(llvm::Value& number, llvm::IRBuilder<>& builder) {
    llvm::Value *one = nullptr, *other = nullptr;
    const bool is_or = match(&number, m_DisjointOr(m_Value(one), m_Value(other)));
    if (!is_or && (!match(&number, m_Add(m_Value(one), m_Value(other))) || llvm::isa<llvm::Constant>(other)))
      return number;
    if (!is_or && !ranges_.is_walked(*one, /*however_long=*/true)) std::swap(one, other);
    if (!is_or && !ranges_.is_walked(*one, /*however_long=*/true)) return number;
    return *builder.CreateAdd(make_opaque(builder, *one), other);
  }

  /// The offset, which is `high` at most, where it may be shown to be as much as `most`.
  llvm::Value& clamped(const Offset& offset, __int128 high, __int128 most, const IndexedAccess& access,
                       llvm::IRBuilder<>& builder) {
    for (const Clamped& before : clamped_)
      if (before.offset == offset && before.high <= most &&
          ranges_.dominators().dominates(before.number, access.instruction))
        return *before.number;
    llvm::Value* number =
        builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, value_of(offset, builder)),
                                      builder.getInt64(static_cast<uint64_t>(high)));
    clamped_.push_back({offset, high, llvm::cast<llvm::Instruction>(number)});
    return *number;
  }

  /// The address where the end of the packet is behind the access, as it always is; otherwise one that is known to be.
  static llvm::Value& compared(llvm::Value& address, const IndexedAccess& access, const Extent& extent,
                               llvm::Value& end, llvm::IRBuilder<>& builder) {
    llvm::Value* shown = make_opaque(builder, address);
    llvm::Value* behind = builder.CreatePtrAdd(shown, builder.getInt64(access.size));
    llvm::Value* known = builder.CreatePtrAdd(access.base, builder.getInt64(static_cast<uint64_t>(extent.low)));
    return *builder.CreateSelect(builder.CreateICmpUGT(behind, &end), known, shown);
  }

  NumberRanges& ranges_;
  std::vector<Clamped> clamped_;
};

struct ProvenAccess {
  IndexedAccess access;
  Judgement judgement;
  Extent extent;
};

void lower_indexes(llvm::Function& function, NumberRanges& ranges, const TranslationUnit& unit, KernelVersion kernel) {
  ShownIndexes indexes(ranges);
  const auto is_proven = [](const Judgement& judgement) { return judgement.outcome == Judgement::Outcome::Proven; };
  // All are judged before one is changed: an index may be what another access reads from a table.
  std::vector<ProvenAccess> proven;
  std::vector<std::pair<IndexedAccess, Judgement>> unproven;
  for (const IndexedAccess& access : indexed_accesses(function)) {
    const Judgement first = judge(access, ranges, unit);
    if (first.outcome == Judgement::Outcome::Unproven && access.indexes.size() > 1)
      unproven.emplace_back(access, first);
    if (!is_proven(first)) continue;
    indexes.show_limits(access);
    if (const Judgement judgement = judge(access, ranges, unit); is_proven(judgement))
      proven.push_back({access, judgement, access.proven(ranges)});
  }
  for (const auto& [access, judgement] : unproven) indexes.show_parts(access, judgement);
  for (const ProvenAccess& one : proven) indexes.show(one.access, one.judgement, one.extent);
  for (const llvm::Loop* loop : ranges.loops().getLoopsInPreorder()) indexes.show_end(*loop, kernel);
}

}  // namespace

void lower_indexes(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel) {
  for_each_function(module, kernel, [&](llvm::Function& function, NumberRanges& ranges) {
    lower_indexes(function, ranges, unit, kernel);
  });
}

}  // namespace ebpfxx::cc
