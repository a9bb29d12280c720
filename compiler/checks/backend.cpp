#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

struct Fault {
  const char* part;  ///< of LLVM's message
  Rule rule;
  const char* message;
};

constexpr char divides_wide[] =
    "divides numbers of more than 64 bits, which BPF has no instruction for; divide 64-bit ones";

// The texts are those of LLVM 19 (llvm/lib/Target/BPF).
constexpr Fault known_faults[] = {
    {"divti3'", "divide", divides_wide},
    {"modti3'", "divide", divides_wide},
    {"built-in function 'mem", "host-call",
     "copies or fills a number of bytes that has no known bound; take it into a variable and test that it is at most "
     "what is there"},
    {"too many arguments", "arguments", "calls a function with more than 5 arguments; pass a struct by reference"},
    {"aggregate returns", "arguments",
     "returns more than a register holds from a function that is not inlined; pass a reference"},
    {"dynamic stack", "stack-size", "takes an amount of stack that is not known at compile time; use a constant size"},
};

clang::SourceLocation location(const BackendFault& fault, const llvm::StringMap<std::string>& old_names,
                               const IrLocations& locations) {
  if (fault.assembly != 0) return clang::SourceLocation::getFromRawEncoding(fault.assembly);
  return locations.source(old_names.lookup(fault.file), fault.line, fault.column);
}

}  // namespace

/// What LLVM's BPF target could not express, in the user's words where they are known.
void check_backend(const GeneratedCode& generated, Diagnostics& diagnostics) {
  for (const BackendFault& fault : generated.code.faults) {
    if (llvm::StringRef(fault.message).contains("stack arguments")) continue;  // its calls have too many
    const clang::SourceLocation where = location(fault, generated.old_names, generated.locations);
    const auto* known = llvm::find_if(
        known_faults, [&](const Fault& candidate) { return llvm::StringRef(fault.message).contains(candidate.part); });
    const auto [before, function] = llvm::StringRef(fault.message).split("built-in function '");
    if (known != std::end(known_faults))
      diagnostics.error(where, known->rule, known->message);
    else if (fault.assembly != 0)
      diagnostics.error(where, "unsupported", "this is no BPF assembly: " + fault.message);
    else if (!function.empty())
      diagnostics.error(where, "host-call",
                        "calls '" + function.split('\'').first.str() +
                            "', which the kernel does not have; leave it to the application");
    else
      diagnostics.error(where, "unsupported", "cannot be expressed in BPF: " + fault.message);
  }
}

}  // namespace ebpfxx::cc
