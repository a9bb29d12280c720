#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A call through a virtual table, which would have to hold addresses in the kernel.
void check_virtual_call(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
