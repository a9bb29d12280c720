#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include "base/translation_unit.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Drops what no program uses, then optimises as clang does at -O2, without vectors, and with accesses naturally
/// aligned.
void optimise(llvm::Module& module, llvm::TargetMachine& machine, const TranslationUnit& unit, KernelVersion kernel);

}  // namespace ebpfxx::cc
