#include "checks/allocation.hpp"

#include <clang/AST/ExprCXX.h>

namespace ebpfxx::cc {

void check_allocation(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* allocation = llvm::dyn_cast<clang::CXXNewExpr>(statement);
    if (allocation && !allocation->getOperatorNew()->isReservedGlobalPlacementOperator())
      diagnostics.error(function, statement->getBeginLoc(), "new",
                        "allocates '" + allocation->getAllocatedType().getAsString() +
                            "' with 'new', a program has no heap; keep the value in a map");
    if (llvm::isa<clang::CXXDeleteExpr>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "new",
                        "frees memory with 'delete', a program has no heap; keep the value in a map");
  }
}

}  // namespace ebpfxx::cc
