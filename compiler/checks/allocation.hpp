#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// `new` and `delete`: a program has no heap.
void check_allocation(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
