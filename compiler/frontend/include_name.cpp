#include "frontend/include_name.hpp"

#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>

namespace ebpfxx::cc {

std::string include_name(clang::CompilerInstance& compiler, clang::FileID file) {
  const clang::SourceManager& sources = compiler.getSourceManager();
  const clang::OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
  if (!entry || file == sources.getMainFileID()) return {};
  return compiler.getPreprocessor().getHeaderSearchInfo().suggestPathToFileForDiagnostics(*entry, "");
}

}  // namespace ebpfxx::cc
