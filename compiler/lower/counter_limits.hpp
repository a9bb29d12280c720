#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// Has a loop end also at the last number that its limit may be, where the verifier would know neither its counter nor
/// the limit, as of `for (i = first; i < last; ++i)`: before it learns of one register from another, such a loop has no
/// end for it. The program's own comparison ends the loop as before.
void show_counter_limits(llvm::Module& module, KernelVersion kernel);

}  // namespace ebpfxx::cc
