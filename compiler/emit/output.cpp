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

/// Returns whether all could be written.
bool is_written(llvm::raw_fd_ostream& stream, const std::string& path) {
  const std::error_code error = stream.error();
  stream.clear_error();
  return error ? report(path, error) : true;
}

}  // namespace

bool Outputs::write() {
  for (File& file : files_)
    if (file.path != standard_output && !write_temporary(file)) return remove_temporaries(), false;
  for (File& file : files_) {
    if (file.temporary.empty()) continue;
    if (const std::error_code error = llvm::sys::fs::rename(file.temporary, file.path))
      return report(file.path, error), remove_temporaries(), false;
    file.temporary.clear();
  }
  for (const File& file : files_) {
    if (file.path != standard_output) continue;
    llvm::outs() << file.contents;
    llvm::outs().flush();
    if (!is_written(llvm::outs(), file.path)) return false;
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
  return is_written(stream, file.path);
}

void Outputs::remove_temporaries() {
  for (File& file : files_)
    if (!file.temporary.empty()) llvm::sys::fs::remove(file.temporary);
}

}  // namespace ebpfxx::cc
