#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Gives a value to what a path leaves without one, where paths meet: 0. What it is then does not matter to C++, and
/// the verifier refuses a register that nothing has set.
void set_unset_values(llvm::Module& module);

}  // namespace ebpfxx::cc
