#include "emit/output.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

namespace ebpfxx::cc {
namespace {

bool report(const std::string& path, std::error_code error) {
  llvm::errs() << "ebpfxx-cc: error: cannot write '" << path << "': " << error.message() << '\n';
  return false;
}

}  // namespace

bool Outputs::write() {
  for (File& file : files_)
    if (!write_temporary(file)) return remove_temporaries(), false;
  for (File& file : files_) {
    if (file.temporary.empty()) continue;
    if (const std::error_code error = llvm::sys::fs::rename(file.temporary, file.path))
      return report(file.path, error), remove_temporaries(), false;
    file.temporary.clear();
  }
  return true;
}

bool Outputs::write_temporary(File& file) {
  int descriptor = -1;
  std::error_code error;
  // A device such as /dev/stdout is written in place: nothing can be beside it.
  const bool in_place = llvm::sys::fs::exists(file.path) && !llvm::sys::fs::is_regular_file(file.path);
  if (in_place) {
    error = llvm::sys::fs::openFileForWrite(file.path, descriptor);
  } else {
    llvm::SmallString<256> temporary;
    error =
        llvm::sys::fs::createUniqueFile(file.path + ".%%%%%%%%", descriptor, temporary, llvm::sys::fs::OF_None, 0666);
    if (!error) file.temporary = std::string(temporary);
  }
  if (error) return report(file.path, error);
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << file.contents;
  stream.close();
  error = stream.error();
  stream.clear_error();
  return error ? report(file.path, error) : true;
}

void Outputs::remove_temporaries() {
  for (File& file : files_)
    if (!file.temporary.empty()) llvm::sys::fs::remove(file.temporary);
}

}  // namespace ebpfxx::cc
