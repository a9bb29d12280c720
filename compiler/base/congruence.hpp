#pragma once

#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Value.h>

#include <bit>
#include <cstdint>

namespace ebpfxx::cc {

/// What all values of a number have in common, as offsets of array elements do: divided by `modulus`, each leaves
/// `remainder`. Modulus 1: nothing is known; 0: the number is this constant.
struct Congruence {
  uint64_t modulus = 1;
  uint64_t remainder = 0;

  /// Whether any two values of the numbers are a multiple of `step` apart.
  bool is_apart_by(uint64_t step, const Congruence& other) const;

  /// How many of the lowest bits are 0.
  unsigned zeros_below() const { return static_cast<unsigned>(std::countr_zero(modulus | remainder)); }

  /// The range from the least to the greatest of these values in it.
  llvm::ConstantRange within(const llvm::ConstantRange& range) const;
};

/// What follows from how the integer is made, in all rounds of loops.
Congruence congruence_of(const llvm::Value& number);

}  // namespace ebpfxx::cc
