#include "frontend/skipped_bodies.hpp"

#include <clang/Frontend/CompilerInstance.h>
#include <llvm/ADT/STLExtras.h>

#include <ebpfxx/abi.hpp>

#include "frontend/include_name.hpp"

namespace ebpfxx::cc {
namespace {

bool is_of_application(llvm::StringRef header) {
  return llvm::any_of(abi::application_folders, [&](llvm::StringRef folder) { return header.starts_with(folder); });
}

}  // namespace

bool SkippedBodies::contain(const clang::Decl& function) {
  const clang::SourceManager& sources = compiler_.getSourceManager();
  const clang::FileID file = sources.getFileID(sources.getExpansionLoc(function.getLocation()));
  const auto [entry, added] = files_.try_emplace(file, false);
  if (added) entry->second = is_of_application(include_name(compiler_, file));
  return entry->second;
}

}  // namespace ebpfxx::cc
