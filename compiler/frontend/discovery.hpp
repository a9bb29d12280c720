#pragma once

#include "base/diagnostics.hpp"
#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Adds the programs, maps, Configs and Globals that `declaration` declares, at any depth, to `unit`.
///
/// To be called while the source is being parsed: evaluating a variable may instantiate templates, which clang no
/// longer can once the translation unit has ended.
void discover(clang::Decl* declaration, TranslationUnit& unit, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
