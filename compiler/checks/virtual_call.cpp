#include "checks/rules.hpp"

#include <clang/AST/ExprCXX.h>

namespace ebpfxx::cc {

/// A call through a virtual table, which would have to hold addresses in the kernel.
void check_virtual_call(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement);
    const auto* method = member ? llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()) : nullptr;
    if (!method || !method->isVirtual() || member->hasQualifier()) continue;
    if (method->getDevirtualizedMethod(member->getBase(), /*IsAppleKext=*/false)) continue;
    diagnostics.error(function, member->getMemberLoc(), "virtual",
                      "calls virtual function " + quoted(*method) +
                          ", the kernel has no table to find it in; use a template or a switch");
  }
}

}  // namespace ebpfxx::cc
