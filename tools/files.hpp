#pragma once

#include <string>

namespace ebpfxx::tool {

/// Returns the whole file. Throws Failure with `name` if it cannot be read.
std::string content_of(const std::string& path, const std::string& name);

}  // namespace ebpfxx::tool
