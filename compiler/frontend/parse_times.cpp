#include "frontend/parse_times.hpp"

#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/Support/FormatVariadic.h>

#include "frontend/include_name.hpp"

namespace ebpfxx::cc {
namespace {

/// clang parses while it reads, so that the time between two changes of file is spent on what is between them.
class FileWatcher : public clang::PPCallbacks {
 public:
  FileWatcher(clang::CompilerInstance& compiler, ParseTimes& times) : compiler_(compiler), times_(times) {}

  void FileChanged(clang::SourceLocation entered, FileChangeReason reason, clang::SrcMgr::CharacteristicKind kind,
                   clang::FileID) override {
    if (reason != EnterFile && reason != ExitFile) return;
    const clang::FileID file = compiler_.getSourceManager().getFileID(entered);
    const auto [entry, added] = parts_.try_emplace(file, ParseTimes::Part::Yours);
    if (added) entry->second = part_of(file, kind);
    times_.enter(entry->second);
  }

 private:
  ParseTimes::Part part_of(clang::FileID file, clang::SrcMgr::CharacteristicKind kind) const {
    const std::string name = include_name(compiler_, file);
    if (name == "ebpfxx.hpp" || llvm::StringRef(name).starts_with("ebpfxx/")) return ParseTimes::Part::Library;
    return clang::SrcMgr::isSystem(kind) ? ParseTimes::Part::Standard : ParseTimes::Part::Yours;
  }

  clang::CompilerInstance& compiler_;
  ParseTimes& times_;
  llvm::DenseMap<clang::FileID, ParseTimes::Part> parts_;
};

}  // namespace

void ParseTimes::enter(Part part) {
  const std::clock_t now = std::clock();
  spent_[static_cast<std::size_t>(current_)] += now - since_;
  current_ = part;
  since_ = now;
}

std::string ParseTimes::text() const {
  const auto milliseconds = [this](Part part) {
    return spent_[static_cast<std::size_t>(part)] * 1000 / CLOCKS_PER_SEC;
  };
  return llvm::formatv("std {0} ms, ebpfxx {1} ms, yours {2} ms", milliseconds(Part::Standard),
                       milliseconds(Part::Library), milliseconds(Part::Yours));
}

void watch_parsing(clang::CompilerInstance& compiler, ParseTimes& times) {
  compiler.getPreprocessor().addPPCallbacks(std::make_unique<FileWatcher>(compiler, times));
}

}  // namespace ebpfxx::cc
