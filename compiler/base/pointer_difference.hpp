#pragma once

#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstrTypes.h>

#include <optional>

namespace ebpfxx::cc {

/// The bytes from one pointer to another in the same object, as of `found - table.begin()`, where `at` runs; empty when
/// the operation is no such difference, or the pointer is not one of some that are constants apart.
std::optional<llvm::ConstantRange> pointer_difference(const llvm::BinaryOperator& operation,
                                                      const llvm::Instruction& at,
                                                      const llvm::DominatorTree& dominators);

}  // namespace ebpfxx::cc
