#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether the pointer was a number: a cast makes it one, here or in the constant that it comes from.
bool was_number(const clang::Expr& pointer) {
  const clang::Expr* inner = &pointer;
  while (const auto* cast = llvm::dyn_cast<clang::CastExpr>(inner->IgnoreParens())) {
    if (cast->getCastKind() == clang::CK_IntegralToPointer) return true;
    inner = cast->getSubExpr();
  }
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(inner->IgnoreParens());
  const auto* variable = name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage() && variable->getInit() && was_number(*variable->getInit());
}

}  // namespace

/// A kernel's address made of a number, which may as well be an address in the memory of a process.
void check_kernel_address(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(statement);
    if (!construction || construction->getNumArgs() != 1) continue;
    if (!annotated_class(construction->getType(), abi::kernel_pointer_annotation)) continue;
    if (was_number(*construction->getArg(0)))
      diagnostics.error(function, construction->getBeginLoc(), "kernel-pointer",
                        "makes a kernel's address of a number, which may be one of a process's memory; where it is the "
                        "kernel's, say so: KernelAddress<T>::of(number)");
  }
}

}  // namespace ebpfxx::cc
