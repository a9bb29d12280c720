#include "checks/checks.hpp"

#include <llvm/Support/raw_ostream.h>

namespace ebpfxx::cc {
namespace {

enum class Stage { Parse, Discovery, Early, Function, Late, Code, Machine, Link };

/// Runs the checks of one stage, in the order of their rows.
template <Stage stage, class... Arguments>
void run(Arguments&... arguments) {
#define EBPFXX_CHECK(row, check, ...) \
  if constexpr (stage == Stage::row) check_##check(arguments...);
#include "rules.inc"
#undef EBPFXX_CHECK
}

}  // namespace

void run_parse_checks(clang::DiagnosticsEngine& engine) { run<Stage::Parse>(engine); }

void run_checks(const TranslationUnit& unit, Diagnostics& diagnostics) {
  const Source source{unit, reachable(unit.programs)};
  run<Stage::Early>(source, diagnostics);
  for (const auto& function : source.functions) run<Stage::Function>(*function, diagnostics);
  run<Stage::Late>(source, diagnostics);
}

void run_code_checks(const OptimisedCode& code, Diagnostics& diagnostics) { run<Stage::Code>(code, diagnostics); }

void run_machine_checks(const GeneratedCode& generated, Diagnostics& diagnostics) {
  run<Stage::Machine>(generated, diagnostics);
}

bool run_link_checks(const std::vector<NamedObject>& objects) {
  LinkDiagnostics diagnostics;
  run<Stage::Link>(objects, diagnostics);
  return !diagnostics.has_errors();
}

void LinkDiagnostics::error(Rule rule, const llvm::Twine& message) {
  llvm::errs() << "ebpfxx-cc: error: " << message << " [ebpfxx-" << rule.name() << "]\n";
  has_errors_ = true;
}

}  // namespace ebpfxx::cc
