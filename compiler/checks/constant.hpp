#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A program whose value is not known at compile time.
void check_constant(const clang::VarDecl& program, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
