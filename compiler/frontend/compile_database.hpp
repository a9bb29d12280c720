#pragma once

#include <optional>
#include <string>

#include "frontend/host_command.hpp"

namespace ebpfxx::cc {

/// How one source is compiled, from a compile_commands.json (https://clang.llvm.org/docs/JSONCompilationDatabase.html).
struct DatabaseEntry {
  std::string source;     ///< with its path
  std::string directory;  ///< in which the command runs
  HostCommand command;    ///< without sources
};

/// Reads `database`, a compile_commands.json or the folder that has one. Reports what is wrong and returns nothing when
/// it cannot be read or has no entry for `source`. Of several entries the first counts.
std::optional<DatabaseEntry> find_in_database(const std::string& database, const std::string& source);

}  // namespace ebpfxx::cc
