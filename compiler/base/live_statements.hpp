#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

#include <vector>

namespace ebpfxx::cc {

/// A use of a function that may run it: a call, a construction, a destruction, or taking its address.
struct Call {
  const clang::FunctionDecl* callee;
  clang::SourceLocation site;
};

/// What may run when a function runs.
struct LiveBody {
  std::vector<const clang::Stmt*> statements;  ///< each before its parts; of sizeof and offsetof not their operands
  std::vector<Call> calls;
};

/// Walks the body of `function`, but no side of a branch whose condition is a constant outside constant evaluation, and
/// nothing that is not evaluated or already evaluated at compile time, nor what follows a failed check.
LiveBody live_body(const clang::FunctionDecl& function);

/// The value of `condition`, when it does not depend on anything known at run time only.
std::optional<bool> constant_condition(const clang::Expr* condition, const clang::ASTContext& context);

}  // namespace ebpfxx::cc
