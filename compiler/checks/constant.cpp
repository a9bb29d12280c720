#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// A program whose value is not known at compile time.
void check_constant(const clang::VarDecl& program, Diagnostics& diagnostics) {
  const clang::Expr* value = program.getAnyInitializer();
  const bool clang_said_so =
      !value || value->containsErrors() || (program.isConstexpr() && program.evaluateValue() == nullptr);
  if (clang_said_so) return;
  diagnostics.error(program.getLocation(), "constant",
                    "the value of program " + quoted(program) +
                        " is not known at compile time; initialise it with a lambda and declare it 'inline constexpr'");
}

}  // namespace ebpfxx::cc
