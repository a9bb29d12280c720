#pragma once

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Brings what a program asks of the running kernel's types (kernel/question.hpp) into the form in which LLVM's BPF
/// target takes it: the field as a chain of accesses within the asking function, the enumerator by name and type.
void pose_kernel_questions(llvm::Module& module);

}  // namespace ebpfxx::cc
