#pragma once

#include <llvm/IR/Module.h>

#include "checks/diagnostics.hpp"
#include "lower/ir_locations.hpp"

namespace ebpfxx::cc {

/// Bytes of a packet used after a call that moves the packet: what was known of its memory ended at the call.
void check_stale_packet(const llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
