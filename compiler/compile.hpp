#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/host_command.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

struct ProgramSummary {
  std::string symbol;
  std::string section;
  std::string place;  ///< file:line
};

/// One source, compiled.
struct CompiledSource {
  std::string contents;  ///< an ELF object, or the text that -S or --emit-llvm asked for
  std::vector<ProgramSummary> programs;
  std::vector<std::string> maps;
  std::vector<std::string> dependencies;
};

/// Compiles the programs in `source`. Empty when errors were reported.
std::optional<CompiledSource> compile(const HostCommand& command, const std::string& source, const Options& options);

/// Writes `header` to the output, precompiled; what it depends on. Empty when errors were reported.
std::optional<std::vector<std::string>> precompile(const HostCommand& command, const std::string& header,
                                                   const Options& options);

}  // namespace ebpfxx::cc
