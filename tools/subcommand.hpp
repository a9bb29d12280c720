#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ebpfxx::tool {

/// A subcommand of `ebpfxx`. `run` gets the arguments behind the subcommand's name and returns the exit code; its
/// exceptions become the one line of error that the user sees.
struct Subcommand {
  std::string_view name;
  std::string_view summary;  ///< one line of `ebpfxx --help`
  std::string_view help;     ///< all of `ebpfxx NAME --help`, behind its first line
  int (*run)(const std::vector<std::string>& arguments);
};

extern const Subcommand explain_command;
extern const Subcommand log_command;
extern const Subcommand verify_command;
extern const Subcommand vmlinux_command;

/// A file that cannot be read, a name that is not there: exit code 1.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Wrong arguments: exit code 2, and a hint at --help.
struct WrongUsage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace ebpfxx::tool
