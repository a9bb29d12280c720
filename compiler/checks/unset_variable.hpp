#pragma once

#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// Reports that `variable` has no value where it is read.
void report_unset(const clang::VarDecl& variable, clang::SourceLocation where, const ReachedFunction& function,
                  Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
