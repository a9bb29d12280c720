#include "frontend/precompiled.hpp"

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/MultiplexConsumer.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <clang/Serialization/ASTReader.h>
#include <clang/Serialization/InMemoryModuleCache.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include "base/diagnostics.hpp"
#include "base/kernel_types.hpp"
#include "base/translation_unit.hpp"
#include "frontend/discovery.hpp"
#include "frontend/skipped_bodies.hpp"

namespace ebpfxx::cc {
namespace {

/// Skips the bodies that every compile skips, and refuses what would not be found again in a precompiled header, of
/// which clang reads only what a source mentions.
class HeaderChecker : public clang::ASTConsumer {
 public:
  explicit HeaderChecker(clang::CompilerInstance& compiler)
      : skipped_(compiler), unit_(compiler), diagnostics_(compiler.getDiagnostics(), no_rules_) {}

  bool shouldSkipFunctionBody(clang::Decl* function) override { return skipped_.contain(*function); }

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    for (clang::Decl* declaration : group) discover(declaration, unit_, diagnostics_);
    for (const Program& program : unit_.programs) refuse(*program.variable);
    unit_.programs.clear();
    return true;
  }

  void HandleTagDeclDefinition(clang::TagDecl* definition) override {
    if (is_kernel_record(unit_.context().getTypeDeclType(definition))) refuse(*definition);
  }

 private:
  void refuse(const clang::NamedDecl& declaration) {
    clang::DiagnosticsEngine& diagnostics = unit_.compiler.getDiagnostics();
    const unsigned id =
        diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error,
                                    "%0 cannot be precompiled; programs and types of the kernel are in other headers");
    diagnostics.Report(declaration.getLocation(), id) << &declaration;
  }

  SkippedBodies skipped_;
  TranslationUnit unit_;
  const std::set<std::string> no_rules_;
  Diagnostics diagnostics_;
};

class Precompile : public clang::GeneratePCHAction {
 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef file) override {
    std::vector<std::unique_ptr<clang::ASTConsumer>> consumers;
    consumers.push_back(std::make_unique<HeaderChecker>(compiler));
    consumers.push_back(GeneratePCHAction::CreateASTConsumer(compiler, file));
    if (!consumers.back()) return nullptr;
    return std::make_unique<clang::MultiplexConsumer>(std::move(consumers));
  }
};

}  // namespace

bool write_precompiled(clang::CompilerInstance& compiler, const std::string& output) {
  compiler.getFrontendOpts().OutputFile = output;
  compiler.getFrontendOpts().ProgramAction = clang::frontend::GeneratePCH;
  compiler.getLangOpts().PCHInstantiateTemplates = true;
  // Compiles read such includes behind the precompiled header, each for itself.
  compiler.getPreprocessorOpts().Includes.clear();
  Precompile action;
  return compiler.ExecuteAction(action) && !compiler.getDiagnostics().hasErrorOccurred();
}

bool use_precompiled(clang::CompilerInstance& compiler, const std::string& path) {
  if (!llvm::sys::fs::exists(path)) {
    llvm::errs() << "ebpfxx-cc: error: precompiled header '" << path << "' does not exist; make it with --precompile\n";
    return false;
  }
  const bool fits = clang::ASTReader::isAcceptableASTFile(path, compiler.getFileManager(), clang::InMemoryModuleCache(),
                                                          compiler.getPCHContainerReader(), compiler.getLangOpts(),
                                                          compiler.getTargetOpts(), compiler.getPreprocessorOpts(), "",
                                                          /*RequireStrictOptionMatches=*/true);
  if (!fits) {
    llvm::errs() << "ebpfxx-cc: error: precompiled header '" << path
                 << "' was made with other flags or by another ebpfxx-cc; make it again with --precompile\n";
    return false;
  }
  compiler.getPreprocessorOpts().ImplicitPCHInclude = path;
  return true;
}

}  // namespace ebpfxx::cc
