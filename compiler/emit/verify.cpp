#include "emit/verify.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

namespace ebpfxx::cc {
namespace {

bool fail(const llvm::Twine& message) {
  llvm::errs() << "ebpfxx-cc: error: " << message << '\n';
  return false;
}

/// `ebpfxx` beside this program, as both are installed, or where the build folder has it; else the user's.
llvm::ErrorOr<std::string> find_tool() {
  static int here;
  const std::string self = llvm::sys::fs::getMainExecutable("ebpfxx-cc", &here);
  const llvm::StringRef folder = llvm::sys::path::parent_path(self);
  const std::string built = (folder + "/../tools").str();
  const auto found = llvm::sys::findProgramByName("ebpfxx", {folder, built});
  return found ? found : llvm::sys::findProgramByName("ebpfxx");
}

}  // namespace

bool verify_object(const std::string& object, const Options& options) {
  const auto tool = find_tool();
  if (!tool) return fail("'--verify' needs the command 'ebpfxx' beside ebpfxx-cc or in PATH");
  llvm::SmallString<128> path;
  int descriptor = -1;
  if (const std::error_code error = llvm::sys::fs::createTemporaryFile("ebpfxx", "bpf.o", descriptor, path))
    return fail("cannot write an object to verify: " + error.message());
  const llvm::FileRemover removed(path);
  llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << object;

  const std::string kernel = std::to_string(options.kernel.major) + "." + std::to_string(options.kernel.minor);
  std::vector<std::string> command{*tool, "verify", "--on", options.verify, "--kernel", kernel};
  for (const auto& [from, to] : options.prefix_map) command.insert(command.end(), {"--prefix-map", from + "=" + to});
  command.emplace_back(path);
  return llvm::sys::ExecuteAndWait(*tool, std::vector<llvm::StringRef>(command.begin(), command.end())) == 0;
}

}  // namespace ebpfxx::cc
