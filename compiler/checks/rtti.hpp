#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// `dynamic_cast` and `typeid` of objects: a program has no type information.
void check_rtti(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
