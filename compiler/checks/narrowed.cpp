#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>

#include <algorithm>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// How many bits the expression's value may have. Types narrower than int compute as int, whose upper bits say nothing
/// of what the author meant.
unsigned bits_of(const clang::Expr& expression, const clang::ASTContext& context) {
  const clang::Expr& inner = *expression.IgnoreParenImpCasts();
  clang::Expr::EvalResult constant;
  if (inner.EvaluateAsInt(constant, context)) {
    const llvm::APSInt& number = constant.Val.getInt();
    return number.isNegative() ? number.getSignificantBits() : number.getActiveBits();
  }
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(&inner))
    return std::max(bits_of(*choice->getTrueExpr(), context), bits_of(*choice->getFalseExpr(), context));
  const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&inner);
  if (!operation) return context.getIntWidth(inner.getType());
  const unsigned left = bits_of(*operation->getLHS(), context), right = bits_of(*operation->getRHS(), context);
  clang::Expr::EvalResult distance;
  switch (operation->getOpcode()) {
    case clang::BO_And:
      return std::min(left, right);
    case clang::BO_Rem:
      return std::min(left, right);
    case clang::BO_Shl:
    case clang::BO_Div:
      return left;
    case clang::BO_Shr:
      if (!operation->getRHS()->EvaluateAsInt(distance, context)) return left;
      return left - std::min<uint64_t>(left, distance.Val.getInt().getZExtValue());
    default:
      return std::max(left, right);
  }
}

/// The conversion that an argument of a call takes to the type of its parameter; null when it takes none.
const clang::ImplicitCastExpr* conversion(const clang::Expr& argument) {
  const clang::Expr* inner = &argument;
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner)) inner = temporary->getSubExpr();
  const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(inner);
  return cast && cast->getCastKind() == clang::CK_IntegralCast ? cast : nullptr;
}

}  // namespace

/// A number that is cut off to become the key or the value of a map.
void check_narrowed(const ReachedFunction& function, Diagnostics& diagnostics) {
  const clang::ASTContext& context = function.function->getASTContext();
  for (const clang::Stmt* statement : function.body.statements) {
    const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(statement);
    const clang::CXXMethodDecl* method = call ? call->getMethodDecl() : nullptr;
    if (!method) continue;
    if (!annotated_class(call->getImplicitObjectArgument()->IgnoreParenImpCasts()->getType(), abi::map_annotation))
      continue;
    for (unsigned i = 0; i < std::min(call->getNumArgs(), method->getNumParams()); ++i) {
      const clang::ImplicitCastExpr* cast = conversion(*call->getArg(i));
      if (!cast) continue;
      const unsigned had = bits_of(*cast->getSubExpr(), context), has = context.getIntWidth(cast->getType());
      if (had > has)
        diagnostics.error(function, call->getArg(i)->getBeginLoc(), "narrowed",
                          "cuts the " + method->getParamDecl(i)->getName().str() + " from " + std::to_string(had) +
                              " bits to " + std::to_string(has) +
                              ", so that different ones become the same; use a wider type in the map, or cast where "
                              "it is meant");
    }
  }
}

}  // namespace ebpfxx::cc
