#pragma once

#include <llvm/IR/Module.h>

#include "base/translation_unit.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Keeps what was tested over calls of helpers that change nothing that the program sees: the verifier forgets the test
/// of a value that is read again. Only where a function has an index without a proof, since a value that is kept costs
/// a register or a spill.
void keep_tested_values(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel);

}  // namespace ebpfxx::cc
