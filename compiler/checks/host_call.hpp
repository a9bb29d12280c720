#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A call of a function that has no body in this source, as those of libraries.
void check_host_call(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
