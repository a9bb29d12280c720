#include "lower/indexes.hpp"

#include <llvm/IR/IRBuilder.h>

#include "base/function_ranges.hpp"
#include "base/indexed_access.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

/// The verifier forgets what it knows of a packet pointer to which more is added (MAX_PACKET_OFF).
constexpr int64_t most_of_packet = 0x7fff;

class ShownIndexes {
 public:
  ShownIndexes(NumberRanges& ranges) : ranges_(ranges) {}

  /// Shows how far counters go that are among the indexes: one clamp before the loop does for all rounds.
  void show_limits(const IndexedAccess& access) {
    for (const IndexOperand& index : access.indexes) {
      const llvm::Value* number = &index.number();
      while (const auto* cast = llvm::dyn_cast<llvm::CastInst>(number)) number = cast->getOperand(0);
      const auto* counter = llvm::dyn_cast<llvm::PHINode>(number);
      if (!counter) continue;
      for (llvm::Use* limit : ranges_.unseen_limits(*counter)) show_limit(*limit, *counter);
    }
  }

  void show(const IndexedAccess& access, const Judgement& judgement, const Extent& extent) {
    llvm::IRBuilder<> builder(access.instruction);
    access.instruction->setOperand(access.pointer, &shown(access, judgement, extent, builder));
  }

 private:
  struct Clamped {
    llvm::Value* address;
    Extent extent;
    llvm::Instruction* offset;
  };

  void show_limit(llvm::Use& limit, const llvm::PHINode& counter) {
    const llvm::BasicBlock* before = ranges_.loops().getLoopFor(counter.getParent())->getLoopPreheader();
    if (!before) return;
    auto& comparison = *llvm::cast<llvm::Instruction>(limit.getUser());
    const llvm::ConstantRange proven = ranges_.proven(*limit, comparison);
    if (proven.getSignedMin().isNegative()) return;
    llvm::IRBuilder<> builder(const_cast<llvm::Instruction*>(before->getTerminator()));
    builder.SetCurrentDebugLocation(comparison.getDebugLoc());
    limit.set(builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, *limit),
                                            builder.getInt(proven.getUnsignedMax())));
  }

  llvm::Value& shown(const IndexedAccess& access, const Judgement& judgement, const Extent& extent,
                     llvm::IRBuilder<>& builder) {
    llvm::Value& address = made_of_offset(access, judgement, extent, builder);
    return judgement.packet ? compared(address, access, extent, *judgement.packet->end, builder) : address;
  }

  /// The address, made of the base and of an offset that is compared with the greatest that it may be. Addresses that
  /// are constants apart share it.
  llvm::Value& made_of_offset(const IndexedAccess& access, const Judgement& judgement, Extent extent,
                              llvm::IRBuilder<>& builder) {
    llvm::Value* indexed = access.indexes.front().address;
    llvm::APInt behind(64, 0);
    access.address().stripAndAccumulateConstantOffsets(access.instruction->getDataLayout(), behind,
                                                       /*AllowNonInbounds=*/true);
    if (behind.isNegative() || extent.low < behind.getSExtValue()) {
      indexed = &access.address();
      behind = 0;
    }
    extent.low -= behind.getSExtValue();
    extent.high -= behind.getSExtValue();
    const Extent followed = access.followed(ranges_);
    const bool is_small = judgement.packet && followed.low >= 0 && followed.high <= most_of_packet;
    llvm::Value* offset = is_small ? make_opaque(builder, offset_of(access, behind.getSExtValue(), builder))
                                   : &clamped(*indexed, access, behind.getSExtValue(), extent, builder);
    llvm::Value* address = builder.CreatePtrAdd(access.base, offset);
    return behind.isZero() ? *address : *builder.CreatePtrAdd(address, builder.getInt(behind));
  }

  static llvm::Value& offset_of(const IndexedAccess& access, int64_t behind, llvm::IRBuilder<>& builder) {
    llvm::Value* offset = builder.getInt64(access.constant - behind);
    for (const IndexOperand& index : access.indexes)
      offset = builder.CreateAdd(builder.CreateMul(&index.number(), builder.getInt64(index.stride)), offset);
    return *offset;
  }

  llvm::Value& clamped(llvm::Value& address, const IndexedAccess& access, int64_t behind, const Extent& extent,
                       llvm::IRBuilder<>& builder) {
    for (const Clamped& before : clamped_)
      if (before.address == &address && before.extent.high >= extent.high &&
          ranges_.dominators().dominates(before.offset, access.instruction))
        return *before.offset;
    llvm::Value* clamped =
        builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, offset_of(access, behind, builder)),
                                      builder.getInt64(static_cast<uint64_t>(extent.high)));
    clamped_.push_back({&address, extent, llvm::cast<llvm::Instruction>(clamped)});
    return *clamped;
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

void lower_indexes(llvm::Function& function, NumberRanges& ranges, const TranslationUnit& unit) {
  ShownIndexes indexes(ranges);
  const auto is_proven = [](const Judgement& judgement) { return judgement.outcome == Judgement::Outcome::Proven; };
  // All are judged before one is changed: an index may be what another access reads from a table.
  std::vector<ProvenAccess> proven;
  for (const IndexedAccess& access : indexed_accesses(function)) {
    if (!is_proven(judge(access, ranges, unit))) continue;
    indexes.show_limits(access);
    if (const Judgement judgement = judge(access, ranges, unit); is_proven(judgement))
      proven.push_back({access, judgement, access.proven(ranges)});
  }
  for (const ProvenAccess& one : proven) indexes.show(one.access, one.judgement, one.extent);
}

}  // namespace

void lower_indexes(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel) {
  for_each_function(module, kernel,
                    [&](llvm::Function& function, NumberRanges& ranges) { lower_indexes(function, ranges, unit); });
}

}  // namespace ebpfxx::cc
