#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A kernel's address made of a number, which may as well be an address in the memory of a process.
void check_kernel_address(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
