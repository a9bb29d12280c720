#include "base/counted_index.hpp"

#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>

namespace ebpfxx::cc {
namespace {

/// LLVM uses the first operand of the intrinsic to keep calls apart, and counts up from 0.
constexpr uint64_t first_count = 1ULL << 30;

}  // namespace

llvm::Value* make_counted(llvm::IRBuilder<>& builder, llvm::Value& index, uint64_t elements) {
  if (elements >= first_count) return &index;
  return builder.CreateIntrinsic(llvm::Intrinsic::bpf_passthrough, {index.getType(), index.getType()},
                                 {builder.getInt32(static_cast<uint32_t>(first_count + elements)), &index});
}

std::optional<CountedIndex> counted_index(const llvm::Value& value) {
  const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&value);
  if (!call || call->getIntrinsicID() != llvm::Intrinsic::bpf_passthrough || !call->getType()->isIntegerTy(64))
    return std::nullopt;
  const uint64_t count = llvm::cast<llvm::ConstantInt>(call->getArgOperand(0))->getZExtValue();
  if (count < first_count) return std::nullopt;
  return CountedIndex{call->getArgOperand(1), count - first_count};
}

}  // namespace ebpfxx::cc
