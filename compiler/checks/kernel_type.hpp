#pragma once

#include "checks/diagnostics.hpp"
#include "frontend/reachable.hpp"

namespace ebpfxx::cc {

/// kernel-type: what would read a kernel's object where the build's header has it, not where the running kernel does.
/// clang relocates member expressions only.
void check_kernel_type(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
