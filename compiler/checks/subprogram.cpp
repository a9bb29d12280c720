#include "checks/rules.hpp"

#include <llvm/IR/Function.h>

namespace ebpfxx::cc {
namespace {

constexpr unsigned most_arguments = 5;

bool fits_register(const llvm::Type& type) {
  return type.isVoidTy() || type.isPointerTy() || (type.isIntegerTy() && type.getIntegerBitWidth() <= 64);
}

bool fits_registers(const llvm::Function& function) {
  return fits_register(*function.getReturnType()) && llvm::all_of(function.args(), [](const llvm::Argument& argument) {
           return fits_register(*argument.getType()) && !argument.hasByValAttr() && !argument.hasStructRetAttr();
         });
}

}  // namespace

/// A function that stays a function (`noinline`) and takes or returns more than BPF's registers hold: LLVM would pass
/// it in the host's way.
void check_subprogram(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const llvm::Function& function : code.module) {
    if (function.isDeclaration()) continue;
    if (!fits_registers(function))
      diagnostics.error(
          code.locations.function(function), "arguments",
          "takes or returns more than a register holds, and is not inlined; pass a reference, or let it be inlined");
    else if (function.arg_size() > most_arguments)
      diagnostics.error(code.locations.function(function), "arguments",
                        "takes " + std::to_string(function.arg_size()) +
                            " arguments, a function that is not inlined has " + std::to_string(most_arguments) +
                            " at most; pass a struct by reference");
  }
}

}  // namespace ebpfxx::cc
