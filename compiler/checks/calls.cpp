#include "checks/rules.hpp"

#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Instructions.h>

#include <ebpfxx/abi.hpp>

#include "base/helper_table.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

/// Of functions of the C library: those of which loops are made, for a call that has no bound, and others that
/// std::string_view has too.
struct LibraryCall {
  llvm::StringLiteral function;
  const char* message;
};

constexpr char compares[] =
    "compares a number of bytes that has no known bound; take it into a variable and test that it is at most what is "
    "there";
constexpr char searches[] =
    "searches a number of bytes that has no known bound; take it into a variable and test that it is at most what is "
    "there";

constexpr LibraryCall library_calls[] = {
    {"memcmp", compares},
    {"bcmp", compares},
    {"strncmp", compares},
    {"memchr", searches},
    {"strnlen", searches},
    {"strlen",
     "looks for the end of a string in memory of an unknown size; call strnlen, with the most bytes it may have"},
    {"strchr", "searches a string in memory of an unknown size; call memchr, with the number of its bytes"},
    {"strcmp", "compares strings in memory of an unknown size; call strncmp, with the most bytes they may have"},
    {"strrchr", "calls 'strrchr', which the kernel does not have; use std::string_view, and its rfind"},
    {"strstr", "calls 'strstr', which the kernel does not have; use std::string_view, and its find"},
};

void check_call(const llvm::CallBase& call, const IrLocations& locations, Diagnostics& diagnostics) {
  const llvm::Value* callee = call.getCalledOperand()->stripPointerCasts();
  const auto report = [&](Rule rule, const std::string& message) {
    diagnostics.error(locations.trail(call), rule, message);
  };
  if (call.isInlineAsm() || is_helper_call(call)) return;
  const auto* function = llvm::dyn_cast<llvm::Function>(callee);
  if (!function)
    return report("indirect-call",
                  "calls through a pointer that is not known at compile time; pass the lambda itself, or use a switch");
  if (function->getName() == abi::drop_counter)
    return report("constant",
                  "uses a ring buffer that is not known at compile time; use the variable in this function, or "
                  "let the function be inlined");
  if (const auto* known =
          llvm::find_if(library_calls, [&](const LibraryCall& one) { return one.function == function->getName(); });
      known != std::end(library_calls))
    return report("host-call", known->message);
  if (function->isDeclaration() && !function->isIntrinsic())
    report("host-call", "calls '" + llvm::demangle(function->getName().str()) +
                            "', which the kernel does not have; leave it to the application");
}

}  // namespace

/// Calls that are still there after optimisation and cannot be made: through a pointer (indirect-call), of a
/// function of the application (host-call), or for the drop counter of a ring buffer that may be any (constant).
void check_calls(const OptimisedCode& code, Diagnostics& diagnostics) {
  for_each_instruction(code.locations.unit(), code.module, [&](const llvm::Instruction& instruction) {
    if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) check_call(*call, code.locations, diagnostics);
  });
}

}  // namespace ebpfxx::cc
