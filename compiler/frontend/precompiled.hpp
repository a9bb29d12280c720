#pragma once

#include <string>

namespace clang {
class CompilerInstance;
}

namespace ebpfxx::cc {

/// Parses the header that `compiler` is set up for and writes it to `output`, for compiles with the same flags to read
/// instead of the header. False when errors were reported; then nothing is written.
bool write_precompiled(clang::CompilerInstance& compiler, const std::string& output);

/// Lets `compiler` read what write_precompiled wrote. False, with an error printed, when `path` is none of this
/// ebpfxx-cc, or was made with other flags. clang itself refuses it when a header has changed since.
bool use_precompiled(clang::CompilerInstance& compiler, const std::string& path);

}  // namespace ebpfxx::cc
