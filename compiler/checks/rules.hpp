#pragma once

#include <clang/AST/Decl.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/Twine.h>
#include <llvm/IR/Module.h>

#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/ir_locations.hpp"
#include "emit/linker.hpp"
#include "emit/object.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// A source that was parsed, and what its programs may run.
struct Source {
  const TranslationUnit& unit;
  const ReachedFunctions functions;
};

struct OptimisedCode {
  const llvm::Module& module;
  const llvm::Module& whole;  ///< the same with what it reads and writes outside of objects (lower/whole_objects.hpp)
  KernelVersion kernel;       ///< the oldest one that has to load it
  const IrLocations& locations;
};

struct GeneratedCode {
  const llvm::Module& module;
  const MachineCode& code;
  const llvm::StringMap<std::string>& old_names;  ///< those of `rename_sources`
  const IrLocations& locations;
};

/// The rule on what maps and records hold, from which other faults follow.
inline constexpr Rule contents_rule = "key-padding";

/// Reports what shows only when objects are linked, where no line of a source is known.
class LinkDiagnostics {
 public:
  void error(Rule rule, const llvm::Twine& message);
  bool has_errors() const { return has_errors_; }

 private:
  bool has_errors_ = false;
};

// What the checks of a stage are called with; the stages are explained in rules.inc.
using ParseCheck = void(clang::DiagnosticsEngine&);
using DiscoveryCheck = void(const clang::VarDecl&, Diagnostics&);
using EarlyCheck = void(const Source&, Diagnostics&);
using FunctionCheck = void(const ReachedFunction&, Diagnostics&);
using LateCheck = void(const Source&, Diagnostics&);
using CodeCheck = void(const OptimisedCode&, Diagnostics&);
using MachineCheck = void(const GeneratedCode&, Diagnostics&);
using LinkCheck = void(const std::vector<NamedObject>&, LinkDiagnostics&);

#define EBPFXX_CHECK(stage, check, ...) stage##Check check_##check;
#include "rules.inc"
#undef EBPFXX_CHECK

}  // namespace ebpfxx::cc
