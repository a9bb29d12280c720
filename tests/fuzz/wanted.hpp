#pragma once

#include <cstdlib>
#include <string>

namespace ebpfxx::fuzz {

/// Whether EBPFXX_WANTED, names between commas, has the namespace that a program is named after: what a compiler or a
/// kernel has refused is not run.
inline bool is_wanted(const std::string& name) {
  const char* wanted = std::getenv("EBPFXX_WANTED");
  return wanted != nullptr &&
         ("," + std::string(wanted) + ",").find("," + name.substr(0, name.find("::")) + ",") != std::string::npos;
}

}  // namespace ebpfxx::fuzz
