#include "lower/byte_loop.hpp"

#include "base/opaque.hpp"

namespace ebpfxx::cc {

llvm::Value* byte(llvm::IRBuilder<>& builder, llvm::Value* from, llvm::Value* offset) {
  return builder.CreateInBoundsGEP(builder.getInt8Ty(), from, offset);
}

llvm::Value* byte(llvm::IRBuilder<>& builder, llvm::Value* from, uint64_t offset) {
  return byte(builder, from, builder.getInt64(offset));
}

ByteLoop::ByteLoop(llvm::BasicBlock& before, const llvm::DebugLoc& location, llvm::Value& size, uint64_t most,
                   llvm::BasicBlock& step, llvm::BasicBlock& end)
    : location_(location) {
  const auto add_block = [&](const char* name) {
    return llvm::BasicBlock::Create(before.getContext(), name, before.getParent(), &step);
  };
  llvm::BasicBlock* head = add_block("bytes");
  before.getTerminator()->setSuccessor(0, head);
  llvm::IRBuilder<> builder(head);
  builder.SetCurrentDebugLocation(location_);
  index_ = builder.CreatePHI(builder.getInt64Ty(), 2);
  index_->addIncoming(builder.getInt64(0), &before);
  llvm::Value* is_less = builder.CreateICmpULT(index_, &size);
  if (!llvm::isa<llvm::Constant>(size)) {
    llvm::BasicBlock* shown = add_block("bytes.shown");
    builder.CreateCondBr(is_less, shown, &end);
    builder.SetInsertPoint(shown);
    is_less = builder.CreateICmpULT(make_opaque(builder, *index_), builder.getInt64(most));
  }
  builder.CreateCondBr(is_less, &step, &end);
}

void ByteLoop::close(llvm::BasicBlock& block) {
  llvm::IRBuilder<> builder(&block);
  builder.SetCurrentDebugLocation(location_);
  index_->addIncoming(builder.CreateNUWAdd(index_, builder.getInt64(1)), &block);
  builder.CreateBr(index_->getParent());
}

}  // namespace ebpfxx::cc
