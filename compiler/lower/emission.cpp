#include "lower/emission.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Serialization/ASTReader.h>

#include "base/kernel_types.hpp"

namespace ebpfxx::cc {
namespace {

/// Also receives what is read of a precompiled header while code is made.
class Emission : public clang::ASTConsumer {
 public:
  Emission(TranslationUnit& unit, llvm::LLVMContext& context)
      : unit_(unit),
        context_(unit.context()),
        generator_(clang::CreateLLVMCodeGen(
            unit.compiler.getDiagnostics(), unit.compiler.getFrontendOpts().Inputs[0].getFile(),
            &unit.compiler.getVirtualFileSystem(), unit.compiler.getHeaderSearchOpts(),
            unit.compiler.getPreprocessorOpts(), unit.compiler.getCodeGenOpts(), context)) {}

  std::unique_ptr<llvm::Module> run() {
    drop_host_runtime();
    restore_kernel_names(unit_);
    name_programs();
    name_variables();
    generator_->Initialize(context_);
    const LateDeclarations late(unit_.compiler, *this);
    for (clang::Decl* declaration : unit_.declarations) offer(declaration);
    for (clang::FunctionDecl* function : unit_.inline_functions) generator_->HandleInlineFunctionDefinition(function);
    for (clang::VarDecl* variable : unit_.instantiated_variables) offer_instantiated(variable);
    for (const Program& program : unit_.programs) generator_->HandleTopLevelDecl(clang::DeclGroupRef(program.entry));
    if (!unit_.compiler.getDiagnostics().hasErrorOccurred()) generator_->HandleTranslationUnit(context_);
    if (unit_.compiler.getDiagnostics().hasErrorOccurred()) return nullptr;
    return std::unique_ptr<llvm::Module>(generator_->ReleaseModule());
  }

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    for (clang::Decl* declaration : group) offer(declaration);
    return true;
  }

 private:
  /// As long as one exists, `consumer` receives what is read of a precompiled header.
  class LateDeclarations {
   public:
    LateDeclarations(clang::CompilerInstance& compiler, clang::ASTConsumer& consumer)
        : reader_(compiler.getASTReader()) {
      if (reader_) reader_->StartTranslationUnit(&consumer);
    }
    LateDeclarations(const LateDeclarations&) = delete;
    LateDeclarations& operator=(const LateDeclarations&) = delete;
    ~LateDeclarations() {
      if (reader_) reader_->StartTranslationUnit(nullptr);
    }

   private:
    llvm::IntrusiveRefCntPtr<clang::ASTReader> reader_;
  };

  /// Parsing needed these; code that relies on them was refused by the checks.
  void drop_host_runtime() {
    clang::LangOptions& language = unit_.compiler.getLangOpts();
    language.Exceptions = language.CXXExceptions = 0;
    language.ThreadsafeStatics = 0;
    language.RTTI = 0;
  }

  void name_programs() {
    for (const Program& program : unit_.programs) {
      add_names(*program.entry, program.symbol, program.section);
      program.entry->addAttr(clang::UsedAttr::CreateImplicit(context_));
      programs_.insert(program.variable->getCanonicalDecl());
      programs_.insert(program.entry->getCanonicalDecl());
    }
  }

  void name_variables() {
    for (const DeviceVariable& found : unit_.variables) {
      found.variable->dropAttr<clang::SectionAttr>();
      add_names(*found.variable, found.symbol, found.section);
    }
    // A section holds constants or variables, never both, unless it says so: maps are declared as both.
    context_.SectionInfos[".maps"].SectionFlags = clang::ASTContext::PSF_Read | clang::ASTContext::PSF_Write;
  }

  void add_names(clang::NamedDecl& target, llvm::StringRef symbol, llvm::StringRef section) {
    target.addAttr(clang::AsmLabelAttr::CreateImplicit(context_, symbol, /*IsLiteralLabel=*/true));
    target.addAttr(clang::SectionAttr::CreateImplicit(context_, section));
  }

  /// Hands `declaration` to clang in a way that makes it emit code only when a program uses it.
  void offer(clang::Decl* declaration) {
    if (llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::ExportDecl>(declaration)) {
      for (clang::Decl* inner : llvm::cast<clang::DeclContext>(declaration)->decls()) offer(inner);
    } else if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration)) {
      if (offers_function(*function)) generator_->HandleTopLevelDecl(clang::DeclGroupRef(function));
    } else if (auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) {
      if (offers_variable(*variable)) generator_->HandleTopLevelDecl(clang::DeclGroupRef(variable));
    } else if (!llvm::isa<clang::FileScopeAsmDecl>(declaration)) {
      generator_->HandleTopLevelDecl(clang::DeclGroupRef(declaration));
    }
  }

  bool offers_function(clang::FunctionDecl& function) {
    if (programs_.contains(function.getCanonicalDecl())) return true;
    if (function.isMain() || function.hasAttr<clang::UsedAttr>()) return false;
    if (function.hasAttr<clang::ConstructorAttr>() || function.hasAttr<clang::DestructorAttr>()) return false;
    for (clang::FunctionDecl* declaration : function.redecls()) declaration->setImplicitlyInline();
    return true;
  }

  bool offers_variable(clang::VarDecl& variable) {
    if (programs_.contains(variable.getCanonicalDecl())) return false;  // the entry has its symbol
    if (!context_.DeclMustBeEmitted(&variable)) return true;
    if (!variable.hasConstantInitialization() || variable.needsDestruction(context_)) return false;
    if (!variable.isStaticDataMember()) variable.setImplicitlyInline();
    return true;
  }

  void offer_instantiated(clang::VarDecl* variable) {
    if (programs_.contains(variable->getCanonicalDecl())) return;
    if (!context_.DeclMustBeEmitted(variable)) generator_->HandleCXXStaticMemberVarInstantiation(variable);
  }

  TranslationUnit& unit_;
  clang::ASTContext& context_;
  const std::unique_ptr<clang::CodeGenerator> generator_;
  llvm::DenseSet<const clang::Decl*> programs_;  ///< their variables and entries
};

}  // namespace

std::unique_ptr<llvm::Module> emit_module(TranslationUnit& unit, llvm::LLVMContext& context) {
  return Emission(unit, context).run();
}

}  // namespace ebpfxx::cc
