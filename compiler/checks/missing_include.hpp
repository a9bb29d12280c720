#pragma once

#include <clang/Basic/Diagnostic.h>

namespace ebpfxx::cc {

/// From here on, an error about a name that a header of ebpfxx defines, which the source does not include, names that
/// header; what else clang has to say of the same line is left out. See ebpfxx/not_included.inc.
void tell_missing_includes(clang::DiagnosticsEngine& engine);

}  // namespace ebpfxx::cc
