#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// Two formats of the log with the same id: who reads the log could not tell their lines apart.
void check_log_collision(const ReachedFunctions& functions, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
