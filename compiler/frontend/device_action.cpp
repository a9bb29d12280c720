#include "frontend/device_action.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/Frontend/CompilerInstance.h>

#include "base/kernel_types.hpp"
#include "frontend/discovery.hpp"
#include "frontend/skipped_bodies.hpp"

namespace ebpfxx::cc {

clang::ASTContext& TranslationUnit::context() const { return compiler.getASTContext(); }

namespace {

class Collector : public clang::ASTConsumer {
 public:
  Collector(clang::CompilerInstance& compiler, const DeviceAction::AtEnd& at_end,
            const std::set<std::string>& disabled_checks)
      : unit_(compiler),
        diagnostics_(compiler.getDiagnostics(), disabled_checks),
        at_end_(at_end),
        skipped_bodies_(compiler) {}

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

  bool shouldSkipFunctionBody(clang::Decl* function) override { return skipped_bodies_.contain(*function); }

  void HandleTranslationUnit(clang::ASTContext& context) override {
    // Nothing mentions it, and of a precompiled header clang reads only what is mentioned. See
    // include/ebpfxx/license.hpp.
    if (!unit_.license) context.getTranslationUnitDecl()->lookup(&context.Idents.get("ebpfxx_default_license"));
    ended_ = true;
    if (!unit_.compiler.getDiagnostics().hasErrorOccurred()) at_end_(unit_, diagnostics_);
  }

 private:
  TranslationUnit unit_;
  Diagnostics diagnostics_;
  const DeviceAction::AtEnd& at_end_;
  bool ended_ = false;
  SkippedBodies skipped_bodies_;
};

}  // namespace

std::unique_ptr<clang::ASTConsumer> DeviceAction::CreateASTConsumer(clang::CompilerInstance& compiler,
                                                                    llvm::StringRef) {
  if (parse_times_) watch_parsing(compiler, *parse_times_);
  return std::make_unique<Collector>(compiler, at_end_, disabled_checks_);
}

}  // namespace ebpfxx::cc
