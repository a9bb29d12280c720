#include "checks/constant.hpp"

namespace ebpfxx::cc {

void check_constant(const clang::VarDecl& program, Diagnostics& diagnostics) {
  diagnostics.error(program.getLocation(), "constant",
                    "the value of program " + quoted(program) +
                        " is not known at compile time; initialise it with a lambda and declare it 'inline constexpr'");
}

}  // namespace ebpfxx::cc
