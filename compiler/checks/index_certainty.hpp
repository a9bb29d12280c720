#pragma once

#include "base/indexed_access.hpp"

namespace ebpfxx::cc {

/// Whether the verifier knows no more of the access's indexes than `NumberRanges::proven`. It walks each path by
/// itself, and so knows numbers that depend on earlier branches, and recurrences without a formula, which LLVM's
/// analyses lose.
bool is_certain(const IndexedAccess& access, NumberRanges& ranges);

}  // namespace ebpfxx::cc
