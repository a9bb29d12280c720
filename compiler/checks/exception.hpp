#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// `throw` and `try`: nothing unwinds a program.
void check_exception(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
