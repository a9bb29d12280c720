#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A computation with floating-point numbers, for which BPF has no instructions.
void check_floating_point(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
