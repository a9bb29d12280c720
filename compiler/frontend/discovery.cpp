#include "frontend/discovery.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Sema/Sema.h>

#include <ebpfxx/abi.hpp>

#include "base/constant_text.hpp"
#include "base/names.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// What a program's constant value points to.
struct ProgramValue {
  clang::CXXMethodDecl* entry = nullptr;
  std::optional<std::string> section;
};

class ProgramReader {
 public:
  ProgramReader(clang::Sema& sema, clang::SourceLocation where) : sema_(sema), where_(where) {}

  ProgramValue read(const clang::APValue& value) {
    visit(value);
    return result_;
  }

 private:
  void visit(const clang::APValue& value) {
    if (value.isStruct()) {
      for (unsigned i = 0; i < value.getStructNumBases(); ++i) visit(value.getStructBase(i));
      for (unsigned i = 0; i < value.getStructNumFields(); ++i) visit(value.getStructField(i));
    }
    if (!value.isLValue()) return;
    if (const auto* declaration = value.getLValueBase().dyn_cast<const clang::ValueDecl*>()) visit_target(declaration);
    if (const auto* expression = value.getLValueBase().dyn_cast<const clang::Expr*>())
      if (const auto* literal = llvm::dyn_cast<clang::StringLiteral>(expression))
        result_.section = literal->getString();
  }

  void visit_target(const clang::ValueDecl* target) {
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(target)) {
      if (!method->isStatic() || !method->getDeclName().isIdentifier() || method->getName() != "entry") return;
      result_.entry = const_cast<clang::CXXMethodDecl*>(method);
      sema_.MarkFunctionReferenced(where_, result_.entry);
    } else if (const auto* constant = llvm::dyn_cast<clang::VarDecl>(target)) {
      auto* variable = const_cast<clang::VarDecl*>(constant);
      if (!variable->getAnyInitializer()) sema_.InstantiateVariableDefinition(where_, variable, true, true);
      const clang::APValue* characters = variable->evaluateValue();
      if (characters) result_.section = constant_text(*characters);
    }
  }

  clang::Sema& sema_;
  clang::SourceLocation where_;
  ProgramValue result_;
};

void discover_program(clang::VarDecl* variable, TranslationUnit& unit, Diagnostics& diagnostics) {
  check_linkage(*variable, diagnostics);
  if (!variable->isExternallyVisible()) return;
  const clang::APValue* value = variable->getAnyInitializer() ? variable->evaluateValue() : nullptr;
  if (!value) return check_constant(*variable, diagnostics);
  const ProgramValue program = ProgramReader(unit.compiler.getSema(), variable->getLocation()).read(*value);
  if (!program.entry || !program.section) return check_constant(*variable, diagnostics);
  unit.programs.push_back({variable, program.entry, device_symbol(*variable), *program.section});
}

void add_variable(clang::VarDecl* variable, const char* section, TranslationUnit& unit, Diagnostics& diagnostics) {
  check_linkage(*variable, diagnostics);
  if (variable->isExternallyVisible()) unit.variables.push_back({variable, device_symbol(*variable), section});
}

void discover_variable(clang::VarDecl* variable, TranslationUnit& unit, Diagnostics& diagnostics) {
  const clang::QualType type = variable->getType();
  if (variable->isInvalidDecl() || type->isReferenceType() || type->isDependentType()) return;
  if (llvm::isa<clang::ParmVarDecl>(variable)) return;
  if (annotated_class(type, abi::program_annotation)) {
    if (variable->isThisDeclarationADefinition()) discover_program(variable, unit, diagnostics);
  } else if (annotated_class(type, abi::map_annotation)) {
    add_variable(variable, ".maps", unit, diagnostics);
  } else if (annotated_class(type, abi::config_annotation)) {
    add_variable(variable, ".rodata", unit, diagnostics);
  } else if (annotated_class(type, abi::global_annotation)) {
    add_variable(variable, ".data", unit, diagnostics);
  } else if (has_annotation(variable, abi::license_annotation)) {
    const clang::APValue* text = variable->getAnyInitializer() ? variable->evaluateValue() : nullptr;
    if (text) unit.license = constant_text(*text);
  }
}

}  // namespace

void discover(clang::Decl* declaration, TranslationUnit& unit, Diagnostics& diagnostics) {
  if (declaration->isInvalidDecl()) return;
  if (auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) {
    const bool is_pattern =
        variable->getDescribedVarTemplate() || llvm::isa<clang::VarTemplatePartialSpecializationDecl>(variable);
    if (!is_pattern) discover_variable(variable, unit, diagnostics);
    return;
  }
  const bool holds_declarations = llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::ExportDecl,
                                            clang::CXXRecordDecl, clang::FunctionDecl>(declaration);
  if (!holds_declarations) return;
  auto* context = llvm::cast<clang::DeclContext>(declaration);
  if (context->isDependentContext()) return;
  const bool is_function = context->isFunctionOrMethod();
  if (is_function && unit.context().getSourceManager().isInSystemHeader(declaration->getLocation())) return;
  for (clang::Decl* inner : context->decls()) discover(inner, unit, diagnostics);
}

}  // namespace ebpfxx::cc
