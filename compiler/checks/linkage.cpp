#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// A program, map, Config or Global without linkage: the application could not find it in its object.
void check_linkage(const clang::VarDecl& variable, Diagnostics& diagnostics) {
  if (variable.isExternallyVisible()) return;
  const bool is_by_type = !variable.isLocalVarDecl() && !variable.isInAnonymousNamespace() &&
                          !clang::isExternallyVisible(variable.getType()->getLinkage());
  if (is_by_type) {
    diagnostics.error(variable.getLocation(), "linkage",
                      quoted(variable) +
                          " is visible in this file only, as a type that it is made of is in an anonymous namespace; "
                          "declare that type outside of it");
    return;
  }
  const char* reason = variable.isLocalVarDecl()           ? " is local to a function"
                       : variable.isInAnonymousNamespace() ? " is in an anonymous namespace"
                                                           : " is visible in this file only";
  diagnostics.error(variable.getLocation(), "linkage",
                    quoted(variable) + reason + ", the application cannot name it; declare it 'inline' in a namespace");
}

}  // namespace ebpfxx::cc
