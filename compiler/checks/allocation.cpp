#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/Builtins.h>

namespace ebpfxx::cc {
namespace {

constexpr char advice[] = ", a program has no heap; keep the value in a map";

/// Calls of the functions behind `new` and `delete`, which is what containers do.
void check_calls_of_operators(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const Call& call : function.body.calls) {
    const clang::OverloadedOperatorKind kind = call.callee->getOverloadedOperator();
    const unsigned builtin = call.callee->getBuiltinID();
    if (call.callee->isReservedGlobalPlacementOperator()) continue;
    if (kind == clang::OO_New || kind == clang::OO_Array_New || builtin == clang::Builtin::BI__builtin_operator_new)
      diagnostics.error(function, call.site, "new", std::string("allocates memory") + advice);
    if (kind == clang::OO_Delete || kind == clang::OO_Array_Delete ||
        builtin == clang::Builtin::BI__builtin_operator_delete)
      diagnostics.error(function, call.site, "new", std::string("frees memory") + advice);
  }
}

void check_function(const ReachedFunction& function, Diagnostics& diagnostics) {
  const clang::PrintingPolicy& policy = function.function->getASTContext().getPrintingPolicy();
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* allocation = llvm::dyn_cast<clang::CXXNewExpr>(statement);
    if (allocation && !allocation->getOperatorNew()->isReservedGlobalPlacementOperator())
      diagnostics.error(function, statement->getBeginLoc(), "new",
                        "allocates '" + allocation->getAllocatedType().getAsString(policy) + "' with 'new'" + advice);
    if (llvm::isa<clang::CXXDeleteExpr>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "new", std::string("frees memory with 'delete'") + advice);
  }
  check_calls_of_operators(function, diagnostics);
}

}  // namespace

/// `new` and `delete`: a program has no heap.
void check_allocation(const Source& source, Diagnostics& diagnostics) {
  for (const auto& function : source.functions) check_function(*function, diagnostics);
}

}  // namespace ebpfxx::cc
