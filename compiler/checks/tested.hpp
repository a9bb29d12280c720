#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A use of an object that must be tested first (a class annotated EBPFXX_ABI_TESTED) on a path where it was not.
void check_tested(const ReachedFunctions& functions, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
