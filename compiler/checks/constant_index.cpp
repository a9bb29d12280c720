#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/StringExtras.h>

#include <limits>

#include "checks/element_words.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// An element that an expression takes, of an object with a size.
struct Element {
  const clang::Expr* index;
  uint64_t elements;
};

/// The extent of a std::array or std::span; empty for any other type, and for a span of a run-time extent.
std::optional<uint64_t> extent_of(clang::QualType type) {
  const auto* record = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
  if (!record || !record->isInStdNamespace() || (record->getName() != "array" && record->getName() != "span"))
    return std::nullopt;
  const uint64_t extent = record->getTemplateArgs()[1].getAsIntegral().getZExtValue();
  return extent == std::numeric_limits<uint64_t>::max() ? std::nullopt : std::optional(extent);
}

std::optional<Element> element_of(const clang::Stmt& statement, const clang::ASTContext& context) {
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement);
      call && call->getOperator() == clang::OO_Subscript && call->getNumArgs() == 2) {
    const std::optional<uint64_t> extent = extent_of(call->getArg(0)->getType());
    return extent ? std::optional(Element{call->getArg(1), *extent}) : std::nullopt;
  }
  const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(&statement);
  const auto* array =
      subscript ? context.getAsConstantArrayType(subscript->getBase()->IgnoreParenImpCasts()->getType()) : nullptr;
  return array ? std::optional(Element{subscript->getIdx(), array->getZExtSize()}) : std::nullopt;
}

/// The operands of `&`: the address behind the last element is one that C++ has.
llvm::DenseSet<const clang::Stmt*> with_address_taken(const LiveBody& body) {
  llvm::DenseSet<const clang::Stmt*> taken;
  for (const clang::Stmt* statement : body.statements)
    if (const auto* address = llvm::dyn_cast<clang::UnaryOperator>(statement);
        address && address->getOpcode() == clang::UO_AddrOf)
      taken.insert(address->getSubExpr()->IgnoreParens());
  return taken;
}

}  // namespace

/// A constant index that an array does not have (array-bounds).
void check_constant_index(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  const clang::ASTContext& context = function.function->getASTContext();
  const auto with_address = with_address_taken(function.body);
  for (const clang::Stmt* statement : function.body.statements) {
    const std::optional<Element> element = element_of(*statement, context);
    clang::Expr::EvalResult result;
    if (!element || element->elements == 0 || element->index->isValueDependent() ||
        !element->index->EvaluateAsInt(result, context))
      continue;
    const llvm::APSInt index = result.Val.getInt();
    const uint64_t end = element->elements + (with_address.contains(statement) ? 1 : 0);
    if (!index.isNegative() && index.getZExtValue() < end) continue;
    diagnostics.error(function, statement->getBeginLoc(), "array-bounds",
                      takes_element(llvm::toString(index, 10), element->elements));
  }
}

}  // namespace ebpfxx::cc
