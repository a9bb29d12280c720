#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/Builtins.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringSwitch.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether the function swaps the bytes of its argument: a builtin, or what the C library calls it.
bool swaps_bytes(const clang::FunctionDecl& function) {
  switch (function.getBuiltinID()) {
    case clang::Builtin::BI__builtin_bswap16:
    case clang::Builtin::BI__builtin_bswap32:
    case clang::Builtin::BI__builtin_bswap64:
      return true;
    default:
      break;
  }
  if (!function.getDeclName().isIdentifier()) return false;
  return llvm::StringSwitch<bool>(function.getName())
      .Cases("htons", "htonl", "ntohs", "ntohl", true)
      .Cases("__bswap_16", "__bswap_32", "__bswap_64", "byteswap", true)
      .Default(false);
}

/// The call that swapped the bytes of the expression's value; null when there is none. Looks through casts, both sides
/// of a choice (the C macros ask whether the argument is a constant), and constants.
const clang::CallExpr* swap_in(const clang::Expr& expression) {
  const clang::Expr* inner = expression.IgnoreParenCasts();
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(inner))
    return call->getDirectCallee() && swaps_bytes(*call->getDirectCallee()) ? call : nullptr;
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner))
    return swap_in(*temporary->getSubExpr());
  if (const auto* constant = llvm::dyn_cast<clang::ConstantExpr>(inner)) return swap_in(*constant->getSubExpr());
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(inner)) {
    const clang::CallExpr* swap = swap_in(*choice->getTrueExpr());
    return swap ? swap : swap_in(*choice->getFalseExpr());
  }
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(inner);
  const auto* variable = name ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->getType().isConstQualified() && variable->getInit() ? swap_in(*variable->getInit())
                                                                                   : nullptr;
}

bool is_network_number(const clang::Expr& expression) {
  return annotated_class(expression.IgnoreParenImpCasts()->getType(), abi::network_order_annotation);
}

/// Whether the expression is the value of a number in network byte order, as the host has it: `port.value()`.
bool is_value(const clang::Expr& expression) {
  const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(expression.IgnoreParenCasts());
  return call && call->getMethodDecl() && call->getMethodDecl()->getDeclName().isIdentifier() &&
         call->getMethodDecl()->getName() == "value" && is_network_number(*call->getImplicitObjectArgument());
}

class ByteOrderCheck {
 public:
  ByteOrderCheck(const ReachedFunction& function, Diagnostics& diagnostics)
      : function_(function), diagnostics_(diagnostics) {}

  void look_at(const clang::Stmt& statement) {
    if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(&statement)) {
      if (annotated_class(construction->getType(), abi::network_order_annotation))
        for (const clang::Expr* argument : construction->arguments()) look_for_swap(*argument);
    } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&statement)) {
      look_at_call(*call);
    }
  }

 private:
  void look_at_call(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (callee && swaps_bytes(*callee) && call.getNumArgs() == 1 && is_value(*call.getArg(0)))
      return report(call.getBeginLoc(), "swaps the bytes of a value that is in the host's order; use it as it is");
    if (!llvm::isa<clang::CXXOperatorCallExpr>(call) ||
        llvm::none_of(call.arguments(), [](const clang::Expr* side) { return is_network_number(*side); }))
      return;
    for (const clang::Expr* argument : call.arguments()) look_for_swap(*argument);
  }

  void look_for_swap(const clang::Expr& argument) {
    if (swap_in(argument))
      report(argument.getBeginLoc(),
             "swaps the bytes of a number for a field in network byte order, which takes the "
             "host's and swaps them itself; give it the number as it is");
  }

  void report(clang::SourceLocation where, const std::string& message) {
    diagnostics_.error(function_, where, "byte-order", message);
  }

  const ReachedFunction& function_;
  Diagnostics& diagnostics_;
};

}  // namespace

/// Bytes swapped by hand, for a number in network byte order that does so by itself.
void check_byte_order(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  ByteOrderCheck check(function, diagnostics);
  for (const clang::Stmt* statement : function.body.statements) check.look_at(*statement);
}

}  // namespace ebpfxx::cc
