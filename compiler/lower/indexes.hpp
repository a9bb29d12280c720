#pragma once

#include <llvm/IR/Module.h>

#include "base/translation_unit.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Shows the verifier what LLVM's analyses prove of an index and it does not see by itself, as of `table[hash % 5]`:
/// by a comparison that never comes out otherwise, with the index's greatest value or with the end of the packet.
/// Nothing else grows.
void lower_indexes(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel);

}  // namespace ebpfxx::cc
