#pragma once

#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Value.h>

#include <cstdint>
#include <optional>

namespace ebpfxx::cc {

/// A number that consists of bits of another, or of what both are made of.
struct NumberPart {
  int shift;        ///< how far to the right of where they are there
  uint64_t shared;  ///< bits that both have, as they are in the number
  uint64_t beside;  ///< those that only the number has
};

/// How a number is related to another that is computed from it, or from what it is computed from.
struct NumberRelation {
  llvm::APInt added;                                ///< the other is the number and this,
  llvm::APInt masked;                               ///< without these bits
  std::optional<NumberPart> part = std::nullopt;    ///< or the number is a part of the other
  std::optional<unsigned> extended = std::nullopt;  ///< or it is the other, sign-extended and shifted left by this
  std::optional<llvm::APInt> times = std::nullopt;  ///< or it and `added` are so many times the other

  /// What the number is where the other is in `range`.
  llvm::ConstantRange number_for(llvm::ConstantRange range) const;
};

std::optional<NumberRelation> relation_of(llvm::Value& other, const llvm::Value& number);

/// That of two which the same loop counts in constant steps, from numbers that are constants apart.
std::optional<NumberRelation> relation_of_counters(llvm::Value& other, llvm::Value& number,
                                                   llvm::ScalarEvolution& evolution);

}  // namespace ebpfxx::cc
