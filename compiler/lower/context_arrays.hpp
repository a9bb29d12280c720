#pragma once

#include <llvm/IR/Module.h>

#include "base/translation_unit.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Indexes copies of arrays of the context on the stack, where the index is a run-time number: the verifier takes only
/// constant offsets of the context (check_ctx_reg, __check_ptr_off_reg). What is written goes back from the copy. The
/// index itself is left to the rule for arrays on the stack.
void copy_context_arrays(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel);

}  // namespace ebpfxx::cc
