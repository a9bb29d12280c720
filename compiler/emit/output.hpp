#pragma once

#include <string>
#include <vector>

namespace ebpfxx::cc {

/// As the path of an output: standard output.
inline constexpr char standard_output[] = "-";

/// Files that appear all together, complete, or not at all; behind them what goes to standard output.
class Outputs {
 public:
  void add(std::string path, std::string contents) { files_.push_back({std::move(path), std::move(contents), {}}); }

  /// Writes each beside its place and, when all could be written, renames them. False when an error was printed.
  bool write();

 private:
  struct File {
    std::string path;
    std::string contents;
    std::string temporary;
  };

  bool write_temporary(File& file);
  void remove_temporaries();

  std::vector<File> files_;
};

}  // namespace ebpfxx::cc
