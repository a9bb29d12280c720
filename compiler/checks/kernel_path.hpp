#pragma once

#include "checks/diagnostics.hpp"
#include "frontend/reachable.hpp"

namespace ebpfxx::cc {

/// kernel-type and kernel-read: a function that is to name a field of a kernel's object and does not, or reads on the
/// way.
void check_kernel_path(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
