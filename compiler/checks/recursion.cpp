#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// A function that calls itself, directly or through others: the kernel wants a bound.
void check_recursion(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const Call& call : function.recursive_calls) {
    const bool is_itself = call.callee->getCanonicalDecl() == function.function->getCanonicalDecl();
    diagnostics.error(function, call.site, "recursion",
                      is_itself ? quoted(*call.callee) + " calls itself; use a loop with a constant bound"
                                : quoted(*function.function) + " calls " + quoted(*call.callee) +
                                      ", which leads back here; use a loop with a constant bound");
  }
}

}  // namespace ebpfxx::cc
