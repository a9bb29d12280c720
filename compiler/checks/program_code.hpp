#pragma once

#include <linux/bpf.h>

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/SetVector.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Module.h>

#include <string>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// The function of a program and those it may call or hand to a helper, which have a body; the program's first. Empty
/// when the module lacks the program.
llvm::SetVector<const llvm::Function*> code_of(const Program& program, const llvm::Module& module);

/// Calls `check` with each instruction that programs of the unit may run, once.
void for_each_instruction(const TranslationUnit& unit, const llvm::Module& module,
                          llvm::function_ref<void(const llvm::Instruction&)> check);

/// The functions with a body that `call` may run: what it calls, and what it hands on to be called.
llvm::SmallVector<const llvm::Function*, 1> functions_of(const llvm::CallBase& call);

/// What the kernel takes the program for; BPF_PROG_TYPE_UNSPEC when libbpf does not know its section.
bpf_prog_type type_of(const Program& program);

/// The program's hook as the user writes it, as Lwt::In; its section where the hook has no name.
std::string hook_of(const Program& program);

}  // namespace ebpfxx::cc
