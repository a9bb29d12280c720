#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A loop that no path leaves.
void check_loop(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
