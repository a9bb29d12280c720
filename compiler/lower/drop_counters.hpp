#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// After optimisation: gives each ring buffer whose programs ask for it, with `abi::drop_counter`, a drop counter of
/// its own. Calls for a ring buffer that is not known at compile time stay.
void make_drop_counters(llvm::Module& module);

}  // namespace ebpfxx::cc
