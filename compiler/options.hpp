#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ebpfxx::cc {

inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;  ///< the source or its programs have errors, or an output cannot be written
inline constexpr int exit_usage = 2;

/// By default the oldest kernel that programs are made for.
struct KernelVersion {
  unsigned major = 6;
  unsigned minor = 1;

  auto operator<=>(const KernelVersion&) const = default;
};

struct Options {
  std::string output;       ///< empty: nothing is written
  std::string embed;        ///< the embedding source; empty: none
  std::string object_name;  ///< the name the embedding source gives the object
  std::string depfile;
  KernelVersion kernel;
  std::vector<std::pair<std::string, std::string>> prefix_map;  ///< old and new prefix of source names
  std::set<std::string> disabled_checks;
  std::string precompiled;  ///< what --precompile wrote, to be read in place of the headers that are in it
  std::string verify;  ///< the kernels that have to load the object, as `ebpfxx verify --on` takes them; empty: none
  bool precompile = false;
  bool part = false;  ///< the object will be linked with others
  bool verbose = false;
  bool assembly = false;
  bool emit_llvm = false;
  bool print_programs = false;

  std::vector<std::string> objects;       ///< to link, when there is no host command; with a database, sources
  std::string database;                   ///< a compile_commands.json, or the folder that has one
  std::vector<std::string> host_command;  ///< the host compiler and its arguments
  std::string arguments_file;             ///< more of its arguments, one a line
};

struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;  ///< set when there is nothing left to do
};

/// Reads the arguments after the program's name. Prints help, or one line about the first wrong argument.
ParsedOptions parse_options(const std::vector<std::string>& arguments);

}  // namespace ebpfxx::cc
