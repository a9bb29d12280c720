#pragma once

#include <clang/Analysis/CFG.h>
#include <llvm/ADT/DenseSet.h>

namespace ebpfxx::cc {

/// The blocks that can be reached from a function's start.
llvm::DenseSet<const clang::CFGBlock*> blocks_that_run(const clang::CFG& graph);

/// The blocks from which the end of the function, or code that does not return, can be reached.
llvm::DenseSet<const clang::CFGBlock*> blocks_that_end(const clang::CFG& graph);

/// Whether a loop has one round at least: its condition compares a counter with a constant, and is true of the constant
/// that the counter starts with.
bool holds_at_first(const clang::ForStmt& loop, const clang::ASTContext& context);

}  // namespace ebpfxx::cc
