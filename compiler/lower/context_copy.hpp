#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/IRBuilder.h>

#include <cstdint>
#include <vector>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// An array of numbers in the context.
struct ContextArray {
  llvm::GlobalVariable* field;  ///< the relocation of its offset; null: the context has the layout that is declared
  int64_t offset = 0;           ///< in the context; 0 where it is relocated
  uint64_t element_size = 0;
  uint64_t elements = 0;

  int64_t end() const { return offset + static_cast<int64_t>(element_size * elements); }
};

/// The arrays of numbers in the context of the program, as its type is declared.
std::vector<ContextArray> declared_arrays(const llvm::Function& function, const TranslationUnit& unit);

/// The offsets of addresses in a context, computed beside them.
class ContextOffsets {
 public:
  explicit ContextOffsets(llvm::Argument& context) : context_(context) {}

  /// Returns the offset of an address, computed in front of the instruction that makes it.
  llvm::Value* of(llvm::Value& address);

 private:
  llvm::Argument& context_;
  llvm::DenseMap<llvm::Value*, llvm::Value*> offsets_;
};

/// An array of the context, and its copy on the stack.
class ContextCopy {
 public:
  ContextCopy(llvm::Argument& context, const ContextArray& array);

  /// Reads the array into the copy.
  void fill(llvm::Instruction& before, const llvm::DebugLoc& location) const;

  /// Writes the copy back into the context.
  void write_back(llvm::Instruction& behind) const;

  /// Where the copy has what is at the address.
  llvm::Value* address(llvm::IRBuilder<>& builder, llvm::Value& address, ContextOffsets& offsets) const;

 private:
  llvm::Value* start(llvm::IRBuilder<>& builder) const;
  llvm::Value* in_copy(llvm::IRBuilder<>& builder, uint64_t index) const;
  llvm::Value* in_context(llvm::IRBuilder<>& builder, uint64_t index) const;

  llvm::Argument& context_;
  ContextArray array_;
  llvm::Type* element_;
  llvm::ArrayType* type_;
  llvm::AllocaInst* memory_;
};

}  // namespace ebpfxx::cc
