#pragma once

#include "checks/diagnostics.hpp"
#include "frontend/translation_unit.hpp"

namespace ebpfxx::cc {

/// Fields of a packet's headers that a checksum covers, written by a program that amends the checksum on no path; and
/// the changes of such fields (EBPFXX_ABI_CHECKSUM_CHANGE) that are dropped.
void check_checksum_unamended(const TranslationUnit& unit, const ReachedFunctions& functions, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
