#pragma once

#include <llvm/IR/Module.h>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Keeps the code generator from putting a Config's default in place of a read: LLVM's BPF target does so with every
/// constant (BPFDAGToDAGISel::PreprocessLoad), also with weak ones, and the application could no longer set the value.
void keep_config_reads(llvm::Module& module, const TranslationUnit& unit);

}  // namespace ebpfxx::cc
