#pragma once

#include "base/indexed_access.hpp"

namespace ebpfxx::cc {

/// Whether the verifier knows no more of the access's indexes than `NumberRanges::proven`. It walks each path by
/// itself, and so knows numbers that depend on earlier branches, and recurrences without a formula, which LLVM's
/// analyses lose.
bool is_certain(const IndexedAccess& access, NumberRanges& ranges);

/// Whether the verifier knows no more of the conditions on all ways to the instruction.
bool is_reached_for_certain(llvm::Instruction& instruction, NumberRanges& ranges);

}  // namespace ebpfxx::cc
