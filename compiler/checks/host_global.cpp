#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

const clang::VarDecl* used_variable(const clang::Stmt& statement) {
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&statement);
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(&statement);
  if (reference && reference->isNonOdrUse()) return nullptr;
  if (reference) return llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
  return member ? llvm::dyn_cast<clang::VarDecl>(member->getMemberDecl()) : nullptr;
}

bool is_for_programs(const clang::VarDecl& variable) {
  for (const char* annotation :
       {abi::program_annotation, abi::map_annotation, abi::config_annotation, abi::global_annotation})
    if (annotated_class(variable.getType(), annotation)) return true;
  return false;
}

bool is_constant(const clang::VarDecl& variable) {
  const clang::QualType type = variable.getType();
  if (type->isReferenceType()) return variable.hasConstantInitialization();
  const clang::CXXRecordDecl* record = type->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
  if (record && record->hasDefinition() && record->hasMutableFields()) return false;
  return variable.getASTContext().getBaseElementType(type).isConstQualified() && variable.hasConstantInitialization();
}

std::string fault(const clang::VarDecl& variable) {
  if (variable.getTLSKind() != clang::VarDecl::TLS_None)
    return "uses thread-local variable " + quoted(variable) + ", the kernel has no threads of yours; use a PerCpu";
  if (variable.isStaticLocal())
    return "keeps static variable " + quoted(variable) + " between runs; use a map or a PerCpu";
  return "uses variable " + quoted(variable) +
         " of the application, of which the kernel has no part; use a Global, a map, a Config, or make it constexpr";
}

}  // namespace

/// A use of a variable of the application's process, of which the kernel would see a copy at best, or of one that is
/// for programs and that another source defines.
void check_host_global(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    const clang::VarDecl* variable = used_variable(*statement);
    if (!variable || !variable->hasGlobalStorage()) continue;
    if (is_for_programs(*variable)) {
      if (variable->hasDefinition() == clang::VarDecl::DeclarationOnly)
        diagnostics.error(function, statement->getBeginLoc(), "host-global",
                          "uses " + quoted(*variable) +
                              ", which this source only declares; define it in the header, as an 'inline' variable",
                          {{variable->getLocation(), "declared here"}});
      continue;
    }
    const bool is_thread_local = variable->getTLSKind() != clang::VarDecl::TLS_None;
    if (!is_thread_local && is_constant(*variable)) continue;
    diagnostics.error(function, statement->getBeginLoc(), is_thread_local ? Rule("thread-local") : Rule("host-global"),
                      fault(*variable), {{variable->getLocation(), "declared here"}});
  }
}

}  // namespace ebpfxx::cc
