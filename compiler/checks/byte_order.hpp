#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// Bytes swapped by hand, for a number in network byte order that does so by itself.
void check_byte_order(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
