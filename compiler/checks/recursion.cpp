#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

std::string told(const Call& call, const ReachedFunction& function, const Diagnostics& diagnostics) {
  if (diagnostics.sources().isInSystemHeader(call.site))
    return "calls a function of the library that calls itself, '" + call.callee->getQualifiedNameAsString() + "'";
  if (call.callee->getCanonicalDecl() == function.function->getCanonicalDecl())
    return quoted(*call.callee) + " calls itself";
  return quoted(*function.function) + " calls " + quoted(*call.callee) + ", which leads back here";
}

}  // namespace

/// A function that calls itself, directly or through others: the kernel wants a bound.
void check_recursion(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const Call& call : function.recursive_calls)
    diagnostics.error(function, call.site, "recursion",
                      told(call, function, diagnostics) + "; use a loop with a constant bound");
}

}  // namespace ebpfxx::cc
