#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A call of an overload that exists only to say why it must not be called (EBPFXX_REFUSE).
void check_refused(const ReachedFunction& function, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
