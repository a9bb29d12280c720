#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ebpfxx::cc {

struct NamedObject {
  std::string name;  ///< as the user knows it: the source or the file
  std::string contents;
};

/// Links the objects with libbpf's linker, which also drops DWARF. The result can be linked again. Empty when an error
/// was printed.
std::optional<std::string> link_objects(const std::vector<NamedObject>& objects);

}  // namespace ebpfxx::cc
