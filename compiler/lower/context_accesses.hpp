#pragma once

#include <llvm/IR/Module.h>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Keeps each access of a program's context apart, with its constant offset, while LLVM optimises: of `set_mark` on one
/// path and `set_priority` on the other it otherwise makes one write at an address that it chooses, which the verifier
/// refuses. LLVM's BPF target has this for types that clang marks with preserve_static_offset.
void keep_context_accesses(llvm::Module& module, const TranslationUnit& unit);

/// Makes loads and stores of them again, behind the optimiser.
void restore_context_accesses(llvm::Module& module);

}  // namespace ebpfxx::cc
