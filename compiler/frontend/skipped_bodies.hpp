#pragma once

#include <clang/AST/DeclBase.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/DenseMap.h>

namespace clang {
class CompilerInstance;
}

namespace ebpfxx::cc {

/// Which functions' bodies the device pass does without: those of headers whose functions only an application calls.
class SkippedBodies {
 public:
  explicit SkippedBodies(clang::CompilerInstance& compiler) : compiler_(compiler) {}

  bool contain(const clang::Decl& function);

 private:
  clang::CompilerInstance& compiler_;
  llvm::DenseMap<clang::FileID, bool> files_;
};

}  // namespace ebpfxx::cc
