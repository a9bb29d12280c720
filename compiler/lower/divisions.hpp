#pragma once

#include <llvm/IR/Module.h>

#include "options.hpp"

namespace ebpfxx::cc {

// Division by 0 has no result in C++, so LLVM takes it that no divisor is 0, and leaves out tests of it that come
// later. BPF has one (instruction-set.rst in the kernel's documentation): a / 0 is 0, and a % 0 is a.

/// Gives divisions by what may be 0 the results that BPF has. To be run before all other passes.
void define_divisions(llvm::Module& module);

/// Makes multiplications of divisions by a constant that leave no remainder, as the difference of two iterators is
/// divided by the size of an element. To be run after all passes that draw conclusions from a division.
void lower_exact_divisions(llvm::Module& module);

/// Makes divisions of signed numbers of those of unsigned ones, for kernels that have no instruction for them. To be
/// run behind `restore_divisions`.
void lower_signed_divisions(llvm::Module& module, KernelVersion kernel);

/// Makes the divisions that `define_divisions` made, and that are still there, single instructions again. To be run
/// after all passes that draw conclusions from a division.
void restore_divisions(llvm::Module& module);

}  // namespace ebpfxx::cc
