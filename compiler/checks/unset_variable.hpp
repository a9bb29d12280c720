#pragma once

#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// Reports the numbers, pointers and enumerators that a function uses before they have a value, by clang's analysis of
/// its paths.
void report_unset_variables(const ReachedFunction& function, Diagnostics& diagnostics);

/// Reports that `variable` has no value where it is read.
void report_unset(const clang::VarDecl& variable, clang::SourceLocation where, const ReachedFunction& function,
                  Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
