#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A program, map, Config or Global without linkage: the application could not find it in its object. False when
/// reported.
bool check_linkage(const clang::VarDecl& variable, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
