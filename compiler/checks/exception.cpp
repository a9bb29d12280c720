#include "checks/rules.hpp"

#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

namespace ebpfxx::cc {

/// `throw` and `try`: nothing unwinds a program.
void check_exception(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    if (llvm::isa<clang::CXXThrowExpr>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "exception",
                        "throws an exception, nothing in the kernel catches it; return a verdict or an empty optional");
    if (llvm::isa<clang::CXXTryStmt>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "exception",
                        "catches exceptions, a program has none; test what is returned");
  }
}

}  // namespace ebpfxx::cc
