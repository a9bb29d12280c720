#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

#include "emit/variables.hpp"

namespace ebpfxx::cc {

/// The C++ source that carries the object at `object_path` into an application, and says which of its variables are
/// for which programs, maps, Configs and Globals (include/ebpfxx/detail/embedded.hpp). It names a hash of `object`, its
/// contents: what keeps compiled files by the text of their source, as ccache, does not look into what is included
/// as bytes.
std::string embedding_source(llvm::StringRef object, llvm::StringRef object_path, llvm::StringRef object_name,
                             const std::vector<ObjectVariable>& variables);

}  // namespace ebpfxx::cc
