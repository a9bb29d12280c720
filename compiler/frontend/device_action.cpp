#include "frontend/device_action.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/STLExtras.h>

#include <ebpfxx/abi.hpp>

#include "frontend/discovery.hpp"
#include "frontend/kernel_types.hpp"

namespace ebpfxx::cc {

clang::ASTContext& TranslationUnit::context() const { return compiler.getASTContext(); }

namespace {

class Collector : public clang::ASTConsumer {
 public:
  Collector(clang::CompilerInstance& compiler, const DeviceAction::AtEnd& at_end,
            const std::set<std::string>& disabled_checks)
      : unit_(compiler), diagnostics_(compiler.getDiagnostics(), disabled_checks), at_end_(at_end) {}

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    for (clang::Decl* declaration : group) {
      unit_.declarations.push_back(declaration);
      if (!ended_) discover(declaration, unit_, diagnostics_);
    }
    return true;
  }

  void HandleTagDeclDefinition(clang::TagDecl* definition) override { adopt_kernel_type(*definition, unit_); }

  void HandleInlineFunctionDefinition(clang::FunctionDecl* function) override {
    unit_.inline_functions.push_back(function);
  }

  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) override {
    unit_.instantiated_variables.push_back(variable);
    if (!ended_) discover(variable, unit_, diagnostics_);
  }

  bool shouldSkipFunctionBody(clang::Decl* function) override {
    const clang::SourceManager& sources = unit_.compiler.getSourceManager();
    const clang::FileID file = sources.getFileID(sources.getExpansionLoc(function->getLocation()));
    const auto [entry, added] = skips_bodies_.try_emplace(file, false);
    if (added) entry->second = is_of_application(file);
    return entry->second;
  }

  void HandleTranslationUnit(clang::ASTContext&) override {
    ended_ = true;
    if (!unit_.compiler.getDiagnostics().hasErrorOccurred()) at_end_(unit_, diagnostics_);
  }

 private:
  /// Whether a file is a header whose functions only an application calls, by the name that includes it: where it
  /// stands may be called anything.
  bool is_of_application(clang::FileID file) const {
    const clang::SourceManager& sources = unit_.compiler.getSourceManager();
    const clang::OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
    if (!entry || file == sources.getMainFileID()) return false;
    const std::string name =
        unit_.compiler.getPreprocessor().getHeaderSearchInfo().suggestPathToFileForDiagnostics(*entry, "");
    return llvm::any_of(abi::application_folders,
                        [&](llvm::StringRef folder) { return llvm::StringRef(name).starts_with(folder); });
  }

  TranslationUnit unit_;
  Diagnostics diagnostics_;
  const DeviceAction::AtEnd& at_end_;
  bool ended_ = false;
  llvm::DenseMap<clang::FileID, bool> skips_bodies_;
};

}  // namespace

std::unique_ptr<clang::ASTConsumer> DeviceAction::CreateASTConsumer(clang::CompilerInstance& compiler,
                                                                    llvm::StringRef) {
  return std::make_unique<Collector>(compiler, at_end_, disabled_checks_);
}

}  // namespace ebpfxx::cc
