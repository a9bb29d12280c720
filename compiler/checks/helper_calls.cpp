#include "checks/rules.hpp"

#include <llvm/ADT/StringExtras.h>

#include <algorithm>

#include "base/helper_table.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

/// license_is_gpl_compatible in include/linux/license.h.
bool is_gpl_compatible(llvm::StringRef license) {
  constexpr llvm::StringLiteral compatible[] = {"GPL",          "GPL v2",       "GPL and additional rights",
                                                "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};
  return llvm::is_contained(compatible, license);
}

std::string text_of(KernelVersion version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

/// As SCHED_CLS or LWT_XMIT.
std::string list_of(llvm::ArrayRef<HelperProgram> programs) {
  std::string list;
  for (const HelperProgram& program : programs) {
    if (!list.empty()) list += &program == &programs.back() ? " or " : ", ";
    list += program.type_name;
  }
  return list;
}

class HelperCalls {
 public:
  HelperCalls(const Program& program, KernelVersion kernel, const IrLocations& locations, Diagnostics& diagnostics)
      : program_(program), type_(type_of(program)), kernel_(kernel), locations_(locations), diagnostics_(diagnostics) {}

  void check(const llvm::CallBase& call) {
    const HelperInfo* helper = called_helper(call);
    if (!helper) return check_number(call);
    check_program(call, *helper);
    const std::optional<std::string>& license = locations_.unit().license;
    if (helper->gpl_only && license && !is_gpl_compatible(*license))
      report(call, "helper-license",
             "calls " + name_of(call, *helper) + ", which is for GPL-compatible programs, the licence is '" + *license +
                 "'; do without it, or choose a compatible one, as 'Dual MIT/GPL'");
  }

 private:
  // The kernel adds no helpers any more: what the table does not have is none.
  void check_number(const llvm::CallBase& call) {
    if (const std::optional<std::uint64_t> number = called_number(call))
      report(call, "helper-kernel",
             "calls helper number " + std::to_string(*number) +
                 ", which no kernel has; call one of ebpfxx/kernel/helpers.inc");
  }

  void check_program(const llvm::CallBase& call, const HelperInfo& helper) {
    const llvm::ArrayRef<HelperProgram> programs = helper.programs();
    KernelVersion since = helper.since;
    if (!programs.empty() && is_known(type_)) {
      const auto* row = llvm::find_if(programs, [&](const HelperProgram& row) { return row.type == type_; });
      if (row == programs.end())
        return report(call, "helper-hook",
                      "calls " + name_of(call, helper) + ", which " + hook_of(program_) +
                          " does not offer; use a hook of type " + list_of(programs));
      since = row->since;
    }
    if (kernel_ < since)
      report(call, "helper-kernel",
             name_of(call, helper) + " needs Linux " + text_of(since) + " in " + hook_of(program_) +
                 ", the target kernel is " + text_of(kernel_) + "; do without it, or target Linux " + text_of(since));
  }

  /// What the user called, and the helper behind it.
  std::string name_of(const llvm::CallBase& call, const HelperInfo& helper) const {
    const std::string called = locations_.callee(call);
    const std::string name = helper.name.str();
    return called.empty() ? "'" + name + "'" : "'" + called + "' (helper '" + name + "')";
  }

  void report(const llvm::CallBase& call, Rule rule, const std::string& message) {
    const CallTrail trail = locations_.trail(call);
    diagnostics_.error(trail.where, rule, message, trail.calls);
  }

  const Program& program_;
  const bpf_prog_type type_;
  const KernelVersion kernel_;
  const IrLocations& locations_;
  Diagnostics& diagnostics_;
};

}  // namespace

/// Calls of helpers that the kernel refuses by who calls: a program of a type that does not have them (helper-hook), on
/// a kernel before `kernel` had them there (helper-kernel), or in an object whose licence is not compatible with the
/// GPL (helper-license). Helpers and types of programs that the tables do not have are left to the kernel.
void check_helper_calls(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const Program& program : code.locations.unit().programs) {
    HelperCalls calls(program, code.kernel, code.locations, diagnostics);
    for (const llvm::Function* function : code_of(program, code.module))
      for (const llvm::BasicBlock& block : *function)
        for (const llvm::Instruction& instruction : block)
          if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) calls.check(*call);
  }
}

}  // namespace ebpfxx::cc
