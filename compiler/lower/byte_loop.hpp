#pragma once

#include <llvm/IR/IRBuilder.h>

#include <cstdint>

namespace ebpfxx::cc {

/// The byte at an offset from an address.
llvm::Value* byte(llvm::IRBuilder<>& builder, llvm::Value* from, llvm::Value* offset);
llvm::Value* byte(llvm::IRBuilder<>& builder, llvm::Value* from, uint64_t offset);

/// A loop over bytes: its index counts from 0, and is less than `size` in each round.
class ByteLoop {
 public:
  /// Adds the head of the loop in front of `step`, where a round begins, in the way from `before` to its only
  /// successor. The loop is left for `end`. The verifier may know no bound of a size that is known at run time only,
  /// but it knows the index in each round: it is shown that this is less than `most`.
  ByteLoop(llvm::BasicBlock& before, const llvm::DebugLoc& location, llvm::Value& size, uint64_t most,
           llvm::BasicBlock& step, llvm::BasicBlock& end);

  /// Ends the block, which has no terminator yet, with the way to the next round.
  void close(llvm::BasicBlock& block);

  llvm::PHINode& index() const { return *index_; }

 private:
  llvm::DebugLoc location_;
  llvm::PHINode* index_;
};

}  // namespace ebpfxx::cc
