#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Expr.h>

namespace ebpfxx::cc {
namespace {

/// The number of bits that the operation shifts by, where it is constant and more than a number of the type can be
/// shifted by; C++ leaves undefined what is left then, and LLVM leaves out what follows.
std::optional<int64_t> excess_width(const clang::BinaryOperator& shift, unsigned bits,
                                    const clang::ASTContext& context) {
  clang::Expr::EvalResult width;
  if (!shift.isShiftOp() && !shift.isShiftAssignOp()) return std::nullopt;
  if (shift.getRHS()->isValueDependent() || !shift.getRHS()->EvaluateAsInt(width, context)) return std::nullopt;
  const int64_t value = width.Val.getInt().getExtValue();
  return value < 0 || value >= bits ? std::optional(value) : std::nullopt;
}

}  // namespace

/// A shift by as many bits as the number has, or more.
void check_shift(const ReachedFunction& function, Diagnostics& diagnostics) {
  const clang::ASTContext& context = function.function->getASTContext();
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* shift = llvm::dyn_cast<clang::BinaryOperator>(statement);
    if (!shift) continue;
    const auto* assignment = llvm::dyn_cast<clang::CompoundAssignOperator>(shift);
    const clang::QualType type = assignment ? assignment->getComputationLHSType() : shift->getLHS()->getType();
    if (!type->isIntegralOrEnumerationType()) continue;
    const auto bits = static_cast<unsigned>(context.getTypeSize(type));
    if (const std::optional<int64_t> width = excess_width(*shift, bits, context))
      diagnostics.error(function, shift->getOperatorLoc(), "divide",
                        "shifts a number of " + std::to_string(bits) + " bits by " + std::to_string(*width) +
                            "; shift by 0 to " + std::to_string(bits - 1));
  }
}

}  // namespace ebpfxx::cc
