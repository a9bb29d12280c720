#pragma once

#include <clang/Basic/SourceLocation.h>

#include <string>

namespace clang {
class CompilerInstance;
}

namespace ebpfxx::cc {

/// The name by which an include finds the header, as "ebpfxx/runtime/object.hpp", wherever it is; empty for the
/// source itself.
std::string include_name(clang::CompilerInstance& compiler, clang::FileID file);

}  // namespace ebpfxx::cc
