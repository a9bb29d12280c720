#pragma once

#include <llvm/IR/Value.h>

namespace ebpfxx::cc {

/// A number as LLVM may have it, of whatever width: the lowest bits of another.
struct LowBits {
  const llvm::Value* number;
  unsigned bits;

  bool operator==(const LowBits&) const = default;
};

/// The widest number of which the value is the lowest bits, and how many of them.
LowBits low_bits(const llvm::Value* value);

}  // namespace ebpfxx::cc
