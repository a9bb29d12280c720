#pragma once

#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Value.h>

#include <optional>

namespace ebpfxx::cc {

/// How a number is related to another that is computed from it, or from what it is computed from.
struct NumberRelation {
  llvm::APInt added;   ///< the other is the number and this,
  llvm::APInt masked;  ///< without these bits

  /// What the number is where the other is in `range`.
  llvm::ConstantRange number_for(llvm::ConstantRange range) const;
};

std::optional<NumberRelation> relation_of(llvm::Value& other, const llvm::Value& number);

}  // namespace ebpfxx::cc
