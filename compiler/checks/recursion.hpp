#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A function that calls itself, directly or through others: the kernel wants a bound.
void check_recursion(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
