#include "frontend/compile_database.hpp"

#include <clang/Tooling/JSONCompilationDatabase.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

namespace ebpfxx::cc {
namespace {

std::nullopt_t fail(const llvm::Twine& message) {
  llvm::errs() << "ebpfxx-cc: error: " << message << '\n';
  return std::nullopt;
}

std::string file_of(const std::string& database) {
  if (!llvm::sys::fs::is_directory(database)) return database;
  llvm::SmallString<256> file(database);
  llvm::sys::path::append(file, "compile_commands.json");
  return std::string(file);
}

}  // namespace

std::optional<DatabaseEntry> find_in_database(const std::string& database, const std::string& source) {
  const std::string file = file_of(database);
  if (!llvm::sys::fs::exists(file))
    return fail("'" + file +
                "' does not exist; let CMake write it with "
                "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON");
  std::string reason;
  const auto commands = clang::tooling::JSONCompilationDatabase::loadFromFile(
      file, reason, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (!commands) return fail("cannot read '" + file + "': " + llvm::StringRef(reason).trim());
  llvm::SmallString<256> path(source);
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  const std::vector<clang::tooling::CompileCommand> found = commands->getCompileCommands(path);
  if (found.empty())
    return fail("'" + file + "' has no command for '" + source + "', only for " +
                std::to_string(commands->getAllFiles().size()) + " other files; build the target that compiles it");
  HostCommand command = read_host_command(found.front().CommandLine);
  command.sources.clear();
  return DatabaseEntry{std::string(path), found.front().Directory, std::move(command)};
}

}  // namespace ebpfxx::cc
