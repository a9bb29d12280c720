#pragma once

#include <llvm/IR/IRBuilder.h>

namespace ebpfxx::cc {

/// `value` behind an empty assembly statement, so that LLVM does not know where it came from. With `stays`, it is also
/// computed before what comes behind.
llvm::Value* make_opaque(llvm::IRBuilder<>& builder, llvm::Value& value, bool stays = false);

/// The operand of an empty assembly statement that returns it; null for anything else.
llvm::Value* behind_opaque(const llvm::Value& value);

}  // namespace ebpfxx::cc
