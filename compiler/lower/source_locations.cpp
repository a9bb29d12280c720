#include "lower/source_locations.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Frontend/CompilerInstance.h>
#include <llvm/ADT/SetVector.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace ebpfxx::cc {
namespace {

class UserLines {
 public:
  UserLines(llvm::Module& module, const IrLocations& locations)
      : module_(module), context_(module.getContext()), locations_(locations) {}

  void run() {
    llvm::NamedMDNode* units = module_.getNamedMetadata("llvm.dbg.cu");
    if (!units || units->getNumOperands() == 0) return;
    unit_ = reduced(*llvm::cast<llvm::DICompileUnit>(units->getOperand(0)));
    units->clearOperands();
    units->addOperand(unit_);
    for (llvm::Function& function : module_)
      if (function.getSubprogram() && !function.isDeclaration()) describe(function);
  }

 private:
  /// Without its lists of variables and types.
  llvm::DICompileUnit* reduced(const llvm::DICompileUnit& unit) {
    return llvm::DICompileUnit::getDistinct(context_, unit.getSourceLanguage(), unit.getFile(), unit.getProducer(),
                                            unit.isOptimized(), "", 0, "", llvm::DICompileUnit::FullDebug, nullptr,
                                            nullptr, nullptr, nullptr, nullptr, 0, false, false,
                                            llvm::DICompileUnit::DebugNameTableKind::None, false, "", "");
  }

  void describe(llvm::Function& function) {
    llvm::DISubprogram* description = user_description(function);
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : llvm::make_early_inc_range(block)) {
        instruction.dropDbgRecords();
        // Has locations of its own, in the old description.
        instruction.setMetadata(llvm::LLVMContext::MD_loop, nullptr);
        if (llvm::isa<llvm::DbgInfoIntrinsic>(instruction))
          instruction.eraseFromParent();
        else if (instruction.getDebugLoc())
          instruction.setDebugLoc(user_location(instruction, description));
      }
    function.setSubprogram(description);
  }

  llvm::DISubprogram* user_description(const llvm::Function& function) {
    const llvm::DISubprogram& old = *function.getSubprogram();
    const clang::SourceManager& sources = locations_.unit().compiler.getSourceManager();
    const clang::PresumedLoc place = sources.getPresumedLoc(locations_.function(function));
    llvm::DIFile* file = old.getFile();
    if (place.isValid())
      file = llvm::DIFile::get(context_, place.getFilename(), file->getDirectory(), std::nullopt,
                               sources.getBufferDataOrNone(place.getFileID()));
    const unsigned line = place.isValid() ? place.getLine() : old.getLine();
    return llvm::DISubprogram::getDistinct(context_, file, function.getName(), "", file, line, old.getType(), line,
                                           nullptr, 0, 0, llvm::DINode::FlagPrototyped, old.getSPFlags(), unit_,
                                           nullptr, nullptr, old.getRetainedNodes(), nullptr, old.getAnnotations());
  }

  /// Code that only ebpfxx's headers account for belongs to the program as a whole.
  llvm::DILocation* user_location(const llvm::Instruction& instruction, llvm::DISubprogram* function) {
    const llvm::DILocation* user = locations_.innermost_user(instruction.getDebugLoc().get());
    if (!user) return llvm::DILocation::get(context_, function->getLine(), 0, function);
    llvm::DILocalScope* scope = function;
    if (user->getFile() != function->getFile())
      scope = llvm::DILexicalBlockFile::get(context_, function, user->getFile(), 0);
    return llvm::DILocation::get(context_, user->getLine(), user->getColumn(), scope);
  }

  llvm::Module& module_;
  llvm::LLVMContext& context_;
  const IrLocations& locations_;
  llvm::DICompileUnit* unit_ = nullptr;
};

std::string mapped_name(const llvm::DIFile& file, const std::vector<std::pair<std::string, std::string>>& prefix_map) {
  llvm::SmallString<256> path(path_of(file));
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  for (const auto& [from, to] : llvm::reverse(prefix_map))
    if (llvm::StringRef(path).starts_with(from)) return to + llvm::StringRef(path).drop_front(from.size()).str();
  return std::string(path);
}

llvm::SetVector<llvm::DIFile*> source_files(const llvm::Module& module) {
  llvm::SetVector<llvm::DIFile*> files;
  for (const llvm::DICompileUnit* unit : module.debug_compile_units()) files.insert(unit->getFile());
  for (const llvm::Function& function : module) {
    if (const llvm::DISubprogram* description = function.getSubprogram()) files.insert(description->getFile());
    for (const llvm::BasicBlock& block : function)
      for (const llvm::Instruction& instruction : block)
        if (const llvm::DILocation* location = instruction.getDebugLoc().get()) files.insert(location->getFile());
  }
  return files;
}

}  // namespace

void use_user_lines(llvm::Module& module, const IrLocations& locations) { UserLines(module, locations).run(); }

llvm::StringMap<std::string> rename_sources(llvm::Module& module,
                                            const std::vector<std::pair<std::string, std::string>>& prefix_map) {
  constexpr unsigned name_operand = 0, directory_operand = 1;
  llvm::StringMap<std::string> old_names;
  for (llvm::DIFile* file : source_files(module)) {
    const std::string name = mapped_name(*file, prefix_map);
    old_names[name] = path_of(*file);
    file->replaceOperandWith(directory_operand, llvm::MDString::get(module.getContext(), ""));
    file->replaceOperandWith(name_operand, llvm::MDString::get(module.getContext(), name));
  }
  return old_names;
}

}  // namespace ebpfxx::cc
