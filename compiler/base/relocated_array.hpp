#pragma once

#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/IRBuilder.h>

#include <cstdint>
#include <optional>

namespace ebpfxx::cc {

/// An array of numbers that is a field of a kernel's struct, as the source declares it.
struct RelocatedArray {
  uint64_t element_size;  ///< in bytes
  uint64_t elements;      ///< of all its dimensions
};

/// The array whose offset the relocation gives; empty when it is of something else than numbers.
std::optional<RelocatedArray> relocated_array(const llvm::GlobalVariable& field);

/// The address of an element of the array, relocated by itself: `field` is the relocation of the array in `object`.
llvm::Value* relocated_element(llvm::IRBuilder<>& builder, llvm::Value& object, const llvm::GlobalVariable& field,
                               uint64_t index);

}  // namespace ebpfxx::cc
