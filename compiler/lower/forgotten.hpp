#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// `number`, of 32 bits at most, of which the verifier knows nothing more from here on.
llvm::Value* make_forgotten(llvm::IRBuilder<>& builder, llvm::Value& number);

/// The operand of what make_forgotten made; null for anything else.
llvm::Value* behind_forgotten(const llvm::Value& value);

/// Writes what make_forgotten made as a store to the stack and a load from it.
void spill_forgotten(llvm::Module& module);

}  // namespace ebpfxx::cc
