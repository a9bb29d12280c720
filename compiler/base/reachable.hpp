#pragma once

#include <memory>
#include <vector>

#include "base/live_statements.hpp"
#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// A function that a program may run, and the way there.
struct ReachedFunction {
  const clang::FunctionDecl* function;  ///< its definition
  const Program* program;
  const ReachedFunction* caller = nullptr;  ///< null for a program's entry
  clang::SourceLocation call;               ///< in `caller`
  LiveBody body;
  std::vector<Call> recursive_calls;  ///< of functions that are still running
};

/// Every function that a program may run, once, callers before callees.
using ReachedFunctions = std::vector<std::unique_ptr<ReachedFunction>>;

ReachedFunctions reachable(const std::vector<Program>& programs);

/// The definition that a call of `callee` runs; null when there is none, or when clang makes the code itself.
const clang::FunctionDecl* body_of(const clang::FunctionDecl& callee);

}  // namespace ebpfxx::cc
