#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// Two variables that would have one ELF symbol, as `a::b` and `a__b`.
void check_name_clash(const TranslationUnit& unit, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
