#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Code for the programs of `unit` and for what they use, still for the host. Null when clang reported an error.
std::unique_ptr<llvm::Module> emit_module(TranslationUnit& unit, llvm::LLVMContext& context);

}  // namespace ebpfxx::cc
