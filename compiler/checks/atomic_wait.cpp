#include "checks/rules.hpp"

#include <clang/AST/DeclCXX.h>

namespace ebpfxx::cc {

/// `wait`, `notify_one` and `notify_all` of the standard library's atomics, which are system calls.
void check_atomic_wait(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const Call& call : function.body.calls) {
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(call.callee);
    if (!method || !method->getDeclName().isIdentifier() || !method->getParent()->isInStdNamespace()) continue;
    if (!method->getParent()->getName().contains("atomic")) continue;
    const llvm::StringRef name = method->getName();
    if (name == "wait" || name == "notify_one" || name == "notify_all")
      diagnostics.error(function, call.site, "atomic",
                        "calls '" + name.str() +
                            "', and a program neither waits nor wakes threads; load the number, or "
                            "hand the application a record of a RingBuffer");
  }
}

}  // namespace ebpfxx::cc
