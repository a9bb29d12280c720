#include "base/user_location.hpp"

#include <llvm/Support/Path.h>

namespace ebpfxx::cc {
namespace {

std::string file_name(const clang::SourceManager& sources, clang::FileID file) {
  const clang::OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
  return entry ? entry->getName().str() : std::string();
}

/// The innermost folder named ebpfxx that holds `header`; without one, `header` itself.
std::string language_folder(const std::string& header) {
  for (llvm::StringRef folder = llvm::sys::path::parent_path(header); !folder.empty();
       folder = llvm::sys::path::parent_path(folder))
    if (llvm::sys::path::filename(folder) == "ebpfxx") return folder.str();
  return header;
}

}  // namespace

UserCode::UserCode(const clang::SourceManager& sources, const clang::NamedDecl& program_class)
    : sources_(sources),
      folder_(language_folder(
          file_name(sources, sources.getFileID(sources.getExpansionLoc(program_class.getLocation()))))) {}

bool UserCode::contains(clang::SourceLocation location) const {
  if (location.isInvalid()) return false;
  location = sources_.getExpansionLoc(location);
  if (sources_.isInSystemHeader(location)) return false;
  const clang::FileID file = sources_.getFileID(location);
  const auto [entry, added] = known_.try_emplace(file, false);
  if (added) entry->second = is_language_header(file);
  return !entry->second;
}

bool UserCode::is_language_header(clang::FileID file) const {
  const std::string name = file_name(sources_, file);
  const llvm::StringRef path = name;
  return path == folder_ || path == folder_ + ".hpp" || path.starts_with(folder_ + "/");
}

}  // namespace ebpfxx::cc
