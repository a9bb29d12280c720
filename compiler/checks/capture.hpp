#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A program's lambda that captures: what it captured is in the application, not in the kernel.
void check_capture(const Program& program, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
