#include "checks/rules.hpp"

#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Instructions.h>

#include <ebpfxx/abi.hpp>

#include "base/helper_table.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

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
  if (function->getName() == "memcmp" || function->getName() == "bcmp")
    return report("host-call",
                  "compares memory of a size that is not known at compile time; use a loop with a constant bound");
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
