#pragma once

#include <llvm/ADT/StringMap.h>
#include <llvm/IR/Module.h>

#include <string>
#include <utility>
#include <vector>

#include "base/ir_locations.hpp"

namespace ebpfxx::cc {

/// Gives every instruction the user's line that led to it, which the verifier's log then shows, and every program the
/// line of its variable. All else that debug info knows of inlining and local variables is dropped: BTF has no place
/// for it.
void use_user_lines(llvm::Module& module, const IrLocations& locations);

/// Makes source names absolute and puts new prefixes in place of old ones; the last pair that fits counts. To be called
/// last: `IrLocations` no longer finds the files. Returns the old name of each new one.
llvm::StringMap<std::string> rename_sources(llvm::Module& module,
                                            const std::vector<std::pair<std::string, std::string>>& prefix_map);

}  // namespace ebpfxx::cc
