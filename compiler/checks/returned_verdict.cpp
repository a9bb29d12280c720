#include "base/function_analyses.hpp"
#include "base/number_ranges.hpp"
#include "base/number_text.hpp"
#include "checks/program_code.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// The greatest number that the kernel lets a program return, from 0 on; empty for any number.
std::optional<unsigned> greatest_verdict(bpf_prog_type type) {
  switch (type) {
#define EBPFXX_PROGRAM_TYPE(name, context, packet, test_run, helpers, checked, ...) \
  case BPF_PROG_TYPE_##name:                                                        \
    return checked ? std::optional<unsigned>(std::max({0 __VA_OPT__(, ) __VA_ARGS__})) : std::nullopt;
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
    default:
      return std::nullopt;
  }
}

void check(const Program& program, llvm::Function& function, unsigned greatest, const OptimisedCode& code,
           Diagnostics& diagnostics) {
  FunctionAnalyses analyses;
  NumberRanges ranges(function, analyses.manager(), code.kernel);
  for (llvm::BasicBlock& block : function) {
    auto* end = llvm::dyn_cast<llvm::ReturnInst>(block.getTerminator());
    if (!end || !end->getReturnValue()) continue;
    const llvm::ConstantRange range = ranges.proven(*end->getReturnValue(), *end);
    if (range.getUnsignedMax().ule(greatest)) continue;
    const std::string taken = range.isFullSet() ? "any number"
                              : range.isSingleElement()
                                  ? text_of(range.getUnsignedMin())
                                  : text_of(range.getSignedMin()) + " to " + text_of(range.getSignedMax());
    diagnostics.error(code.locations.trail(*end), "verdict",
                      "returns " + taken + ", and the kernel lets " + hook_of(program) + " return 0 to " +
                          std::to_string(greatest) + "; return one of its verdicts, chosen by a test");
  }
}

}  // namespace

/// A verdict made of a number that the kernel does not let the hook return.
void check_returned_verdict(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const Program& program : code.locations.unit().programs) {
    const std::optional<unsigned> greatest = greatest_verdict(type_of(program));
    const llvm::Function* function = greatest ? code.module.getFunction(program.symbol) : nullptr;
    // Analyses of LLVM take functions that may be changed, and leave them as they are.
    if (function) check(program, const_cast<llvm::Function&>(*function), *greatest, code, diagnostics);
  }
}

}  // namespace ebpfxx::cc
