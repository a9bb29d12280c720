#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

namespace ebpfxx::cc {

/// The application's compile command, reduced to what has a meaning for the device pass.
struct HostCommand {
  std::vector<std::string> arguments;  ///< for clang, without sources
  std::vector<std::string> sources;
  std::vector<std::string> ignored;  ///< what was left out, for -v
};

/// `command` is the host compiler followed by its arguments, as the application is built with. Only flags that change
/// what the source means are kept: warnings, -f and -m flags of another compiler would only break clang.
HostCommand read_host_command(const std::vector<std::string>& command);

/// The same for flags that are one a line in `text`; CMake's SHELL: prefix is understood. They come before those of
/// `command`.
void add_flags(llvm::StringRef text, HostCommand& command);

}  // namespace ebpfxx::cc
