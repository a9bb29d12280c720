#pragma once

#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Instruction.h>

#include <functional>

#include "base/diagnostics.hpp"
#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// The file's name with its folder: clang splits the name where the folder it runs in and the file's folder part.
std::string path_of(const llvm::DIFile& file);

/// Finds the source behind instructions, before `rename_sources`.
class IrLocations {
 public:
  IrLocations(const TranslationUnit& unit, const UserCode* user_code) : unit_(unit), user_code_(user_code) {}

  clang::SourceLocation source(const llvm::DILocation& location) const;
  bool is_user_code(const llvm::DILocation& location) const;

  /// The innermost call that is in the user's code; null when none does.
  const llvm::DILocation* innermost_user(const llvm::DILocation* location) const;

  /// Where to report a fault of `instruction`, and the user's calls that lead there.
  CallTrail trail(const llvm::Instruction& instruction) const;
  /// The same of a source location, which may be null, in `function`.
  CallTrail trail(const llvm::DILocation* location, const llvm::Function& function) const;

  /// The function, without template arguments, that the user called to get to `instruction`; empty when the instruction
  /// is in the user's code itself, or the user called the helper as such.
  std::string callee(const llvm::Instruction& instruction) const;

  /// Where the user wrote the function or the program of this symbol.
  clang::SourceLocation function(const llvm::Function& function) const;

  clang::SourceLocation source(llvm::StringRef file, unsigned line, unsigned column) const;

  const TranslationUnit& unit() const { return unit_; }

 private:
  const TranslationUnit& unit_;
  const UserCode* user_code_;
};

}  // namespace ebpfxx::cc
