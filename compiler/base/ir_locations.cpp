#include "base/ir_locations.hpp"

#include <clang/Basic/FileManager.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>

#include <algorithm>

namespace ebpfxx::cc {

std::string path_of(const llvm::DIFile& file) {
  if (llvm::sys::path::is_absolute(file.getFilename())) return file.getFilename().str();
  llvm::SmallString<256> path = file.getDirectory();
  llvm::sys::path::append(path, file.getFilename());
  return std::string(path);
}

clang::SourceLocation IrLocations::source(llvm::StringRef file, unsigned line, unsigned column) const {
  if (file.empty() || line == 0) return {};
  const clang::OptionalFileEntryRef entry = unit_.compiler.getFileManager().getOptionalFileRef(file);
  if (!entry) return {};
  return unit_.compiler.getSourceManager().translateFileLineCol(*entry, line, std::max(column, 1U));
}

clang::SourceLocation IrLocations::source(const llvm::DILocation& location) const {
  return source(path_of(*location.getFile()), location.getLine(), location.getColumn());
}

bool IrLocations::is_user_code(const llvm::DILocation& location) const {
  return user_code_ && user_code_->contains(source(location));
}

const llvm::DILocation* IrLocations::innermost_user(const llvm::DILocation* location) const {
  while (location && !is_user_code(*location)) location = location->getInlinedAt();
  return location;
}

CallTrail IrLocations::trail(const llvm::Instruction& instruction) const {
  return trail(instruction.getDebugLoc().get(), *instruction.getFunction());
}

CallTrail IrLocations::trail(const llvm::DILocation* location, const llvm::Function& function) const {
  location = innermost_user(location);
  if (!location) return {this->function(function), {}};
  CallTrail trail{source(*location), {}};
  for (const llvm::DILocation* call = location->getInlinedAt(); call; call = call->getInlinedAt())
    if (is_user_code(*call)) trail.calls.push_back({source(*call), "called here"});
  return trail;
}

std::string IrLocations::callee(const llvm::Instruction& instruction) const {
  llvm::StringRef name;
  for (const llvm::DILocation* location = instruction.getDebugLoc().get(); location && !is_user_code(*location);
       location = location->getInlinedAt())
    name = location->getScope()->getSubprogram()->getName();
  name = name.split('<').first;
  return name == "call_helper" ? "" : name.str();
}

clang::SourceLocation IrLocations::function(const llvm::Function& function) const {
  for (const Program& program : unit_.programs)
    if (program.symbol == function.getName()) return program.variable->getLocation();
  const llvm::DISubprogram* description = function.getSubprogram();
  return description ? source(path_of(*description->getFile()), description->getLine(), 1) : clang::SourceLocation();
}

}  // namespace ebpfxx::cc
