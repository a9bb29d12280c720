#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A use of a variable of the application's process, of which the kernel would see a copy at best.
void check_host_global(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
