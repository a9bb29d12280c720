#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A number that is cut off to become the key or the value of a map.
void check_narrowed(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
