#include "checks/rules.hpp"

#include <clang/AST/Attr.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// What the language declares of LLVM's own, or of ours.
bool is_intrinsic(const clang::FunctionDecl& callee) {
  const auto* label = callee.getAttr<clang::AsmLabelAttr>();
  return label && (label->getLabel().starts_with("llvm.") || label->getLabel() == abi::drop_counter);
}

/// A loop is made of its calls, as of those of clang's builtins.
bool is_lowered(const clang::FunctionDecl& callee) {
  return callee.isExternC() && callee.getDeclName().isIdentifier() && callee.getName() == "strnlen";
}

/// Whether a call of `callee` needs a body that is not there. What clang makes itself needs none; whether a builtin
/// such as memcpy stays a call is known only after optimisation (check_calls).
bool lacks_body(const clang::FunctionDecl& callee) {
  if (callee.getBuiltinID() || is_lowered(callee) || callee.isConsteval() || callee.isTrivial()) return false;
  if (has_annotation(&callee, abi::refuse_annotation) || is_intrinsic(callee)) return false;
  return !callee.hasBody() && !callee.isDefaulted() && !callee.isPureVirtual();
}

}  // namespace

/// A call of a function that has no body in this source, as those of libraries.
void check_host_call(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const Call& call : function.body.calls)
    if (lacks_body(*call.callee))
      diagnostics.error(
          function, call.site, "host-call",
          "calls " + quoted(*call.callee) +
              ", which has no body here, so the kernel has none to run; define it in a header, or leave it to "
              "the application",
          {{call.callee->getLocation(), "declared here"}});
}

}  // namespace ebpfxx::cc
