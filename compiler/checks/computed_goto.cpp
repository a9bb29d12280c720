#include <clang/AST/Stmt.h>

#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// A jump to a label that is computed, for which BPF has no instruction.
void check_computed_goto(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements)
    if (llvm::isa<clang::IndirectGotoStmt>(statement))
      diagnostics.error(function, statement->getBeginLoc(), "unsupported",
                        "jumps to a label that is computed, for which BPF has no instruction; use a switch");
}

}  // namespace ebpfxx::cc
