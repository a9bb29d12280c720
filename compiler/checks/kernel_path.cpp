#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Lex/Lexer.h>

#include <ebpfxx/abi.hpp>

#include "base/kernel_types.hpp"
#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// The field of a kernel's object whose value the statement takes; null when it takes none.
const clang::MemberExpr* field_read(const clang::Stmt& statement) {
  const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&statement);
  if (!cast || cast->getCastKind() != clang::CK_LValueToRValue) return nullptr;
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(cast->getSubExpr()->IgnoreParens());
  const auto* field = member ? llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
  if (!field) return nullptr;
  return is_kernel_record(field->getASTContext().getRecordType(field->getParent())) ? member : nullptr;
}

/// Whether what is returned is a field, or the address of one.
bool names_field(const clang::Expr& returned) {
  const clang::Expr* place = returned.IgnoreParenImpCasts();
  if (const auto* address = llvm::dyn_cast<clang::UnaryOperator>(place);
      address && address->getOpcode() == clang::UO_AddrOf)
    place = address->getSubExpr()->IgnoreParenImpCasts();
  // A field through a pointer to member is another fault.
  if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(place)) return operation->isPtrMemOp();
  return llvm::isa<clang::MemberExpr, clang::ArraySubscriptExpr>(place);
}

std::string text_of(const clang::Expr& expression, const clang::ASTContext& context) {
  return clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(expression.getSourceRange()),
                                     context.getSourceManager(), context.getLangOpts())
      .str();
}

}  // namespace

/// kernel-type and kernel-read: a function that is to name a field of a kernel's object and does not, or reads on the
/// way.
void check_kernel_path(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!function.caller || !has_annotation(function.caller->function, abi::kernel_path_annotation)) return;
  for (const clang::Stmt* statement : function.body.statements) {
    if (const auto* leaving = llvm::dyn_cast<clang::ReturnStmt>(statement);
        leaving && leaving->getRetValue() && !names_field(*leaving->getRetValue()))
      diagnostics.error(function, leaving->getBeginLoc(), "kernel-type",
                        "gives what is no field of the kernel's object; name one in a member expression");
    if (const clang::MemberExpr* member = field_read(*statement))
      diagnostics.error(function, member->getBeginLoc(), "kernel-read",
                        "reads '" + text_of(*member, function.function->getASTContext()) +
                            "', which may be unreadable; name one field of one object, and follow pointers with a "
                            "function for each object on the way");
  }
}

}  // namespace ebpfxx::cc
