#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclGroup.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clang {
class CompilerInstance;
}

namespace ebpfxx::cc {

/// A variable of an annotated program type, and what its constant value says.
struct Program {
  clang::VarDecl* variable;
  clang::CXXMethodDecl* entry;  ///< `static int entry<F>(Raw* context)`
  std::string symbol;           ///< the ELF symbol
  std::string section;
};

/// A variable of an annotated map, Config or Global type.
struct DeviceVariable {
  clang::VarDecl* variable;
  std::string symbol;
  std::string section;
};

/// What clang's parser handed over, kept until the whole source is known.
struct TranslationUnit {
  explicit TranslationUnit(clang::CompilerInstance& compiler) : compiler(compiler) {}

  clang::ASTContext& context() const;

  clang::CompilerInstance& compiler;
  std::vector<clang::Decl*> declarations;
  std::vector<clang::FunctionDecl*> inline_functions;
  std::vector<clang::VarDecl*> instantiated_variables;
  std::vector<Program> programs;
  std::vector<DeviceVariable> variables;
  std::vector<std::pair<clang::NamedDecl*, std::string>>
      kernel_names;  ///< what the kernel calls otherwise than C++ may
  std::optional<std::string> license;
};

}  // namespace ebpfxx::cc
