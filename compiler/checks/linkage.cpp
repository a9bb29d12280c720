#include "checks/linkage.hpp"

namespace ebpfxx::cc {

bool check_linkage(const clang::VarDecl& variable, Diagnostics& diagnostics) {
  if (variable.isExternallyVisible()) return true;
  const char* reason = variable.isLocalVarDecl()           ? " is local to a function"
                       : variable.isInAnonymousNamespace() ? " is in an anonymous namespace"
                                                           : " is visible in this file only";
  diagnostics.error(variable.getLocation(), "linkage",
                    quoted(variable) + reason + ", the application cannot name it; declare it 'inline' in a namespace");
  return false;
}

}  // namespace ebpfxx::cc
