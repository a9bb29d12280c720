#pragma once

#include "checks/diagnostics.hpp"
#include "frontend/reachable.hpp"

namespace ebpfxx::cc {

/// compile-time: a variable that is const, and so gets the value that its initialiser has in constant evaluation, where
/// no kernel is, instead of being asked for when the program runs.
void check_compile_time(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
