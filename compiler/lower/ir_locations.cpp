#include "lower/ir_locations.hpp"

#include <clang/Basic/FileManager.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>

#include <algorithm>

namespace ebpfxx::cc {

clang::SourceLocation IrLocations::source(llvm::StringRef file, unsigned line, unsigned column) const {
  if (file.empty() || line == 0) return {};
  const clang::OptionalFileEntryRef entry = unit_.compiler.getFileManager().getOptionalFileRef(file);
  if (!entry) return {};
  return unit_.compiler.getSourceManager().translateFileLineCol(*entry, line, std::max(column, 1U));
}

clang::SourceLocation IrLocations::source(const llvm::DILocation& location) const {
  // clang splits the name where the folder it runs in and the file's folder part.
  llvm::SmallString<256> path = location.getFilename();
  if (!llvm::sys::path::is_absolute(path)) {
    path = location.getDirectory();
    llvm::sys::path::append(path, location.getFilename());
  }
  return source(path, location.getLine(), location.getColumn());
}

bool IrLocations::is_user_code(const llvm::DILocation& location) const {
  return user_code_ && user_code_->contains(source(location));
}

const llvm::DILocation* IrLocations::innermost_user(const llvm::DILocation* location) const {
  while (location && !is_user_code(*location)) location = location->getInlinedAt();
  return location;
}

CallTrail IrLocations::trail(const llvm::Instruction& instruction) const {
  const llvm::DILocation* location = innermost_user(instruction.getDebugLoc().get());
  if (!location) return {function(*instruction.getFunction()), {}};
  CallTrail trail{source(*location), {}};
  for (const llvm::DILocation* call = location->getInlinedAt(); call; call = call->getInlinedAt())
    if (is_user_code(*call)) trail.calls.push_back({source(*call), "called here"});
  return trail;
}

clang::SourceLocation IrLocations::function(const llvm::Function& function) const {
  for (const Program& program : unit_.programs)
    if (program.symbol == function.getName()) return program.variable->getLocation();
  const llvm::DISubprogram* description = function.getSubprogram();
  return description ? source(description->getFilename(), description->getLine(), 1) : clang::SourceLocation();
}

}  // namespace ebpfxx::cc
