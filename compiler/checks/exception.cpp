#include "checks/rules.hpp"

#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

namespace ebpfxx::cc {

/// `throw` and `try`: nothing unwinds a program. Whether what the standard library throws is still there after
/// optimisation is seen later (check_assertion); where nothing is thrown, there is nothing to catch.
void check_exception(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    if (diagnostics.sources().isInSystemHeader(statement->getBeginLoc())) continue;
    if (llvm::isa<clang::CXXThrowExpr>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "exception",
                        "throws an exception, nothing in the kernel catches it; return a verdict or an empty optional");
    if (llvm::isa<clang::CXXTryStmt>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "exception",
                        "catches exceptions, a program has none; test what is returned");
  }
}

}  // namespace ebpfxx::cc
