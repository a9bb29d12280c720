#pragma once

#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// `number`, of 32 bits at most, of which the verifier knows nothing more from here on.
llvm::Value* make_forgotten(llvm::IRBuilder<>& builder, llvm::Value& number);

/// Numbers of more bits than these are not forgotten, but where the bits above are 0.
constexpr unsigned most_forgotten_bits = 32;

/// The number, of which the verifier knows nothing but the bound, if there is one, and, where `is_aligned`, which of
/// the lowest bits are 0.
llvm::Value& make_hidden(llvm::IRBuilder<>& builder, llvm::Value& number, const llvm::ConstantRange* bound,
                         bool is_aligned);

/// The operand of what make_forgotten made; null for anything else.
llvm::Value* behind_forgotten(const llvm::Value& value);

/// Writes what make_forgotten made as a store to the stack and a load from it.
void spill_forgotten(llvm::Module& module);

}  // namespace ebpfxx::cc
