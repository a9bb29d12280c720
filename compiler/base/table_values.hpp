#pragma once

#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Instructions.h>

#include <optional>

namespace ebpfxx::cc {

/// Whether the number is read from a constant, of which the verifier knows each byte.
bool is_of_constant(const llvm::LoadInst& load);

/// What a load from a constant table may give, whatever its indexes are; empty when it is no such load.
std::optional<llvm::ConstantRange> table_values(const llvm::LoadInst& load);

}  // namespace ebpfxx::cc
