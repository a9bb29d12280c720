#pragma once

#include "checks/rules.hpp"

namespace ebpfxx::cc {

/// The checks that look at what clang has to say of the source, from here on.
void run_parse_checks(clang::DiagnosticsEngine& engine);

/// The checks that look at the source, over what the programs of `unit` may run.
void run_checks(const TranslationUnit& unit, Diagnostics& diagnostics);

/// The checks that look at optimised code, for what only the optimiser can tell.
void run_code_checks(const OptimisedCode& code, Diagnostics& diagnostics);

/// The checks that look at machine code.
void run_machine_checks(const GeneratedCode& generated, Diagnostics& diagnostics);

/// The checks that compare the objects of several sources. Returns false when one reported an error.
bool run_link_checks(const std::vector<NamedObject>& objects);

}  // namespace ebpfxx::cc
