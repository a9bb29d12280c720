#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>

namespace ebpfxx::cc {

/// `dynamic_cast` and `typeid` of objects: a program has no type information.
void check_rtti(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    if (llvm::isa<clang::CXXDynamicCastExpr>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "rtti",
                        "uses 'dynamic_cast', a program has no type information; keep a tag in the object");
    if (llvm::isa<clang::CXXTypeidExpr>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "rtti",
                        "uses 'typeid', a program has no type information; keep a tag in the object");
  }
}

}  // namespace ebpfxx::cc
