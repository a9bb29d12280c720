#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A call that does not come back in the kernel (a function annotated EBPFXX_ABI_LEAVES), or a function that makes one,
/// at a place where the program would go on natively: its value is not returned at once, or objects wait to be
/// destroyed.
void check_tail_call(const ReachedFunctions& functions, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
