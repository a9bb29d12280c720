#include <llvm/ADT/StringSwitch.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Intrinsics.h>

#include "checks/program_code.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// The argument that has the condition as text, of functions that are called when it does not hold: glibc's and
/// libstdc++'s.
std::optional<unsigned> condition_argument(llvm::StringRef function) {
  return llvm::StringSwitch<std::optional<unsigned>>(function)
      .Case("__assert_fail", 0)
      .Case("_ZSt21__glibcxx_assert_failPKciS0_S0_", 3)
      .Default(std::nullopt);
}

std::string condition_of(const llvm::CallBase& call, llvm::StringRef function) {
  llvm::StringRef text;
  const std::optional<unsigned> argument = condition_argument(function);
  if (!argument || *argument >= call.arg_size() || !llvm::getConstantStringInfo(call.getArgOperand(*argument), text))
    return "";
  return text.str();
}

/// What the user wrote that ends the program, and why it may.
std::string end_of_program(const llvm::CallBase& call, const IrLocations& locations) {
  const llvm::Function& function = *call.getCalledFunction();
  const std::string condition = condition_of(call, function.getName()), called = locations.callee(call);
  constexpr char unproven[] =
      " is not proven here, and nothing stops a program; test it before, with 'if', and return "
      "a verdict";
  if (!called.empty())
    return "calls '" + called + "', whose " + (condition.empty() ? "check" : "assertion '" + condition + "'") +
           unproven;
  if (!condition.empty()) return "asserts '" + condition + "', which" + unproven;
  const bool is_trap = function.getIntrinsicID() == llvm::Intrinsic::trap;
  return "calls '" + (is_trap ? "__builtin_trap" : llvm::demangle(function.getName().str())) +
         "', and nothing stops a program; return a verdict";
}

bool ends_program(const llvm::CallBase& call) {
  const llvm::Function* function = call.getCalledFunction();
  if (!function || !function->isDeclaration() || !call.doesNotReturn()) return false;
  return !function->isIntrinsic() || function->getIntrinsicID() == llvm::Intrinsic::trap;
}

void check_call(const llvm::CallBase& call, const IrLocations& locations, Diagnostics& diagnostics) {
  if (!ends_program(call)) return;
  diagnostics.error(locations.trail(call), "assertion", end_of_program(call, locations));
}

}  // namespace

/// What would end a program: a check that optimisation did not prove (assert(), array.at(), optional.value(), those of
/// _GLIBCXX_ASSERTIONS), or a call of a function that does not return.
void check_assertion(const OptimisedCode& code, Diagnostics& diagnostics) {
  for_each_instruction(code.locations.unit(), code.module, [&](const llvm::Instruction& instruction) {
    if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) check_call(*call, code.locations, diagnostics);
  });
}

}  // namespace ebpfxx::cc
