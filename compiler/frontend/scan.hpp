#pragma once

#include <clang/Frontend/CompilerInvocation.h>
#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ebpfxx::cc {

/// What preprocessing alone tells of a source: most sources of an application have no programs, and need not be parsed.
struct Scan {
  bool may_have_programs;
  std::vector<std::string> dependencies;
};

/// Empty when errors were reported. `files` are what the source may include.
std::optional<Scan> scan(const std::string& source, const std::shared_ptr<clang::CompilerInvocation>& invocation,
                         const llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>& files);

}  // namespace ebpfxx::cc
