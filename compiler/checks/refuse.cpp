#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>

#include <ebpfxx/abi.hpp>

namespace ebpfxx::cc {
namespace {

std::string text_of(const clang::Expr& argument, clang::ASTContext& context) {
  if (const auto text = argument.tryEvaluateString(context)) return *text;
  if (const auto* literal = llvm::dyn_cast<clang::StringLiteral>(argument.IgnoreParenImpCasts()))
    return literal->getString().str();
  if (argument.getType()->isPointerType())
    return argument.getType()->getPointeeType().getCanonicalType().getAsString(context.getPrintingPolicy());
  clang::Expr::EvalResult number;
  if (!argument.EvaluateAsInt(number, context)) return "?";
  if (argument.getType()->isBooleanType()) return number.Val.getInt().getBoolValue() ? "true" : "false";
  llvm::SmallString<32> digits;
  number.Val.getInt().toString(digits);
  return std::string(digits);
}

/// `text` with the arguments in place of %0 %1 ...
std::string fill_in(llvm::StringRef text, llvm::ArrayRef<std::string> arguments) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned number = i + 1 < text.size() ? text[i + 1] - '0' : arguments.size();
    if (text[i] == '%' && number < arguments.size())
      result += arguments[number], ++i;
    else
      result += text[i];
  }
  return result;
}

const clang::AnnotateAttr* refusal(const clang::FunctionDecl& function) {
  for (const auto* attribute : function.specific_attrs<clang::AnnotateAttr>())
    if (attribute->getAnnotation() == abi::refuse_annotation && attribute->args_size() >= 2) return attribute;
  return nullptr;
}

}  // namespace

/// A call of an overload that exists only to say why it must not be called (EBPFXX_REFUSE).
void check_refuse(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const Call& call : function.body.calls) {
    const clang::AnnotateAttr* attribute = refusal(*call.callee);
    if (!attribute) continue;
    llvm::SmallVector<std::string> texts;
    for (const clang::Expr* argument : attribute->args())
      texts.push_back(text_of(*argument, call.callee->getASTContext()));
    diagnostics.error(function, call.site, Rule::of_header(texts[0]),
                      fill_in(texts[1], llvm::ArrayRef(texts).drop_front(2)));
  }
}

}  // namespace ebpfxx::cc
