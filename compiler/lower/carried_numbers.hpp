#pragma once

#include "base/translation_unit.hpp"
#include "options.hpp"

#include <llvm/IR/Module.h>

namespace ebpfxx::cc {

/// Hides from the verifier the numbers that a loop carries from round to round and that are not the same on all ways
/// through a round, as `n` of `if (byte & 1) kept[n++] = byte;`. It knows them exactly, walks each round anew for each
/// value, and with two of them, or of many values, gives up. Those that are an index have a bound instead, which is
/// proven; what has none stays as it is.
void hide_carried_numbers(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel);

}  // namespace ebpfxx::cc
