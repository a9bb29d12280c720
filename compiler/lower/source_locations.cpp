#include "lower/source_locations.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Frontend/CompilerInstance.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace ebpfxx::cc {
namespace {

/// A location for code that only ebpfxx's headers account for: the program itself.
const llvm::DILocation* program_location(llvm::Function& function, const IrLocations& locations) {
  const clang::SourceManager& sources = locations.unit().compiler.getSourceManager();
  const clang::PresumedLoc place = sources.getPresumedLoc(locations.function(function));
  llvm::DISubprogram* scope = function.getSubprogram();
  if (place.isInvalid() || !scope) return nullptr;
  const clang::OptionalFileEntryRef entry = sources.getFileEntryRefForID(place.getFileID());
  const std::optional<llvm::StringRef> text = entry ? sources.getBufferDataOrNone(place.getFileID()) : std::nullopt;
  llvm::LLVMContext& context = function.getContext();
  auto* file = llvm::DIFile::get(context, place.getFilename(), scope->getFile()->getDirectory(), std::nullopt, text);
  auto* in_file = llvm::DILexicalBlockFile::get(context, scope, file, 0);
  return llvm::DILocation::get(context, place.getLine(), place.getColumn(), in_file);
}

void use_user_lines(llvm::Function& function, const IrLocations& locations) {
  const llvm::DILocation* fallback = program_location(function, locations);
  bool is_first = true;
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block) {
      const llvm::DILocation* old = instruction.getDebugLoc().get();
      // The first instruction needs a line: without one, BTF's writer takes the entry's, which is in a header.
      if (!old && !is_first) continue;
      const llvm::DILocation* user = locations.innermost_user(old);
      if (const llvm::DILocation* chosen = user ? user : fallback) instruction.setDebugLoc(chosen);
      is_first = false;
    }
}

std::string mapped_name(const llvm::DIFile& file, const std::vector<std::pair<std::string, std::string>>& prefix_map) {
  llvm::SmallString<256> path = file.getFilename();
  if (!llvm::sys::path::is_absolute(path)) {
    path = file.getDirectory();
    llvm::sys::path::append(path, file.getFilename());
  }
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  for (const auto& [from, to] : llvm::reverse(prefix_map))
    if (llvm::StringRef(path).starts_with(from)) return to + llvm::StringRef(path).drop_front(from.size()).str();
  return std::string(path);
}

void collect_files(const llvm::Metadata* node, llvm::SmallPtrSetImpl<const llvm::Metadata*>& seen,
                   llvm::SmallVectorImpl<llvm::DIFile*>& files) {
  llvm::SmallVector<const llvm::Metadata*> rest = {node};
  while (!rest.empty()) {
    const auto* next = llvm::dyn_cast_or_null<llvm::MDNode>(rest.pop_back_val());
    if (!next || !seen.insert(next).second) continue;
    if (auto* file = llvm::dyn_cast<llvm::DIFile>(next)) files.push_back(const_cast<llvm::DIFile*>(file));
    for (const llvm::MDOperand& operand : next->operands()) rest.push_back(operand.get());
  }
}

}  // namespace

void use_user_lines(llvm::Module& module, const IrLocations& locations) {
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) use_user_lines(function, locations);
}

llvm::StringMap<std::string> rename_sources(llvm::Module& module,
                                            const std::vector<std::pair<std::string, std::string>>& prefix_map) {
  llvm::SmallPtrSet<const llvm::Metadata*, 32> seen;
  llvm::SmallVector<llvm::DIFile*> files;
  for (const llvm::DICompileUnit* compile_unit : module.debug_compile_units()) collect_files(compile_unit, seen, files);
  for (const llvm::Function& function : module) {
    collect_files(function.getSubprogram(), seen, files);
    for (const llvm::BasicBlock& block : function)
      for (const llvm::Instruction& instruction : block)
        collect_files(instruction.getDebugLoc().getAsMDNode(), seen, files);
  }
  constexpr unsigned name_operand = 0, directory_operand = 1;
  llvm::StringMap<std::string> old_names;
  for (llvm::DIFile* file : files) {
    const std::string name = mapped_name(*file, prefix_map);
    old_names[name] = file->getFilename();
    file->replaceOperandWith(directory_operand, llvm::MDString::get(module.getContext(), ""));
    file->replaceOperandWith(name_operand, llvm::MDString::get(module.getContext(), name));
  }
  return old_names;
}

}  // namespace ebpfxx::cc
