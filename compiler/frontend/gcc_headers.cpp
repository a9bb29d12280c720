#include "frontend/gcc_headers.hpp"

#include <clang/Lex/HeaderSearchOptions.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <string>
#include <utility>
#include <vector>

namespace ebpfxx::cc {
namespace {

/// Where the g++ is installed whose standard library clang uses (/usr/lib/gcc/x86_64-linux-gnu/12); empty without one.
std::string gcc_folder(const clang::HeaderSearchOptions& search) {
  for (const clang::HeaderSearchOptions::Entry& entry : search.UserEntries) {
    // How clang's driver gets there (clang/lib/Driver/ToolChains/Gnu.cpp, addLibStdCxxIncludePaths).
    const std::size_t up = entry.Path.find("/../../../../include/c++/");
    if (up != std::string::npos) return entry.Path.substr(0, up);
  }
  return {};
}

}  // namespace

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> add_gcc_headers(clang::CompilerInvocation& invocation) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> system = llvm::vfs::getRealFileSystem();
  clang::HeaderSearchOptions& search = invocation.getHeaderSearchOpts();
  const std::string gcc = gcc_folder(search);
  if (gcc.empty()) return system;

  const std::string folder = gcc + "/include/not-in-clang";
  std::vector<std::pair<std::string, std::string>> files;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator at(gcc + "/include", error), end; !error && at != end; at.increment(error)) {
    const llvm::StringRef name = llvm::sys::path::filename(at->path());
    if (name.ends_with(".h") && !llvm::sys::fs::exists(search.ResourceDir + "/include/" + name))
      files.emplace_back(folder + "/" + name.str(), at->path());
  }
  if (files.empty()) return system;
  // <omp.h> names the function that frees, as g++ 11 and newer take it; clang 19 takes no arguments there.
  invocation.getPreprocessorOpts().addMacroDef("__malloc__(...)=__malloc__");
  search.AddPath(folder, clang::frontend::After, /*IsFramework=*/false, /*IgnoreSysRoot=*/true);
  return llvm::vfs::RedirectingFileSystem::create(files, /*UseExternalNames=*/true, *system);
}

}  // namespace ebpfxx::cc
