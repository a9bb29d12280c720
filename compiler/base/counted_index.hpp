#pragma once

#include <llvm/IR/IRBuilder.h>

#include <cstdint>
#include <optional>

namespace ebpfxx::cc {

/// An index of an array whose elements are of another size in each kernel.
struct CountedIndex {
  llvm::Value* index;
  uint64_t elements;  ///< of the array
};

/// `index`, of 64 bits, which the optimiser keeps together with the number of elements.
llvm::Value* make_counted(llvm::IRBuilder<>& builder, llvm::Value& index, uint64_t elements);

/// What make_counted made; empty for anything else.
std::optional<CountedIndex> counted_index(const llvm::Value& value);

}  // namespace ebpfxx::cc
