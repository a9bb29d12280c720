#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>

#include "options.hpp"

namespace ebpfxx::cc {

/// Turns off what LLVM does for processors, and a verifier cannot follow. Only its command line tells it so.
void set_llvm_options();

/// The instruction set that every kernel from `kernel` on understands.
std::unique_ptr<llvm::TargetMachine> make_target_machine(KernelVersion kernel);

/// Turns a module made for the host into one for BPF: both are little-endian with 64-bit pointers and lay out data
/// alike.
void retarget(llvm::Module& module, const llvm::TargetMachine& machine);

}  // namespace ebpfxx::cc
