#pragma once

#include <llvm/IR/Module.h>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Decides what other objects may see, so that everything that no program uses can be dropped: programs, maps, Configs,
/// Globals and the licence stay; functions are inlined into their callers, except those marked noinline.
void set_linkage(llvm::Module& module, const TranslationUnit& unit);

/// After optimisation: gives what is left the shape that libbpf and the kernel expect, and lists its programs and
/// variables with the application's names for them in `abi::names_section`.
void finish_linkage(llvm::Module& module, const TranslationUnit& unit);

}  // namespace ebpfxx::cc
