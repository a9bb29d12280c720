#pragma once

#include <clang/AST/Decl.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/DenseMap.h>

#include <string>

namespace ebpfxx::cc {

/// Tells the user's own code from ebpfxx's headers and the system's: errors are reported in the former.
class UserCode {
 public:
  /// Takes the folder of ebpfxx's headers from where `program_class` is defined.
  UserCode(const clang::SourceManager& sources, const clang::NamedDecl& program_class);

  bool contains(clang::SourceLocation location) const;

 private:
  bool is_language_header(clang::FileID file) const;

  const clang::SourceManager& sources_;
  std::string folder_;  ///< the folder named ebpfxx, or the one header
  mutable llvm::DenseMap<clang::FileID, bool> known_;
};

}  // namespace ebpfxx::cc
