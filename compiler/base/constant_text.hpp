#pragma once

#include <clang/AST/APValue.h>

#include <optional>
#include <string>

namespace ebpfxx::cc {

/// The characters of a constant array, or of the first array in a constant struct, up to a zero.
std::optional<std::string> constant_text(const clang::APValue& value);

}  // namespace ebpfxx::cc
