#pragma once

#include <llvm/ADT/StringMap.h>

#include "checks/diagnostics.hpp"
#include "emit/object.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// What LLVM's BPF target could not express, in the user's words where they are known.
void check_backend(const MachineCode& code, const llvm::StringMap<std::string>& old_names, const IrLocations& locations,
                   Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
