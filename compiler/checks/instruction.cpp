#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include "checks/program_code.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// An intrinsic function of LLVM that its BPF target has no instruction for.
struct Missing {
  llvm::Intrinsic::ID intrinsic;
  const char* message;
};

constexpr char jumps_far[] = "jumps from one function into another, a program has none to jump to; return a verdict";
constexpr char reads_arguments[] =
    "takes arguments of any number by va_list, for which BPF has no instructions; use a template with a parameter "
    "pack, which is inlined";
constexpr char reads_frames[] = "asks for the addresses of functions that called it, of which a program has none";
constexpr char counts_cycles[] = "counts cycles, for which BPF has no instruction; take monotonic_time()";

constexpr Missing missing[] = {
    {llvm::Intrinsic::vastart, reads_arguments},
    {llvm::Intrinsic::vacopy, reads_arguments},
    {llvm::Intrinsic::returnaddress, reads_frames},
    {llvm::Intrinsic::frameaddress, reads_frames},
    {llvm::Intrinsic::addressofreturnaddress, reads_frames},
    {llvm::Intrinsic::readcyclecounter, counts_cycles},
    {llvm::Intrinsic::readsteadycounter, counts_cycles},
    {llvm::Intrinsic::eh_sjlj_setjmp, jumps_far},
    {llvm::Intrinsic::eh_sjlj_longjmp, jumps_far},
    {llvm::Intrinsic::debugtrap, "stops for a debugger, and nothing stops a program; leave it out"},
    {llvm::Intrinsic::clear_cache, "clears a cache of instructions, for which BPF has no instruction; leave it out"},
    {llvm::Intrinsic::thread_pointer, "asks for the thread's memory, of which a program has none; use a PerCpu"},
};

/// A function that only the instructions of one other machine have.
bool is_of_other_machine(const llvm::IntrinsicInst& call) {
  return llvm::Function::isTargetIntrinsic(call.getIntrinsicID()) &&
         !call.getCalledFunction()->getName().starts_with("llvm.bpf.");
}

std::string fault_of(const llvm::Instruction& instruction) {
  if (llvm::isa<llvm::VAArgInst>(instruction)) return reads_arguments;
  if (const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) {
    if (is_of_other_machine(*call)) {
      llvm::StringRef name = call->getCalledFunction()->getName();
      name.consume_front("llvm.");
      return "uses the instruction '" + name.str() + "' of another machine; leave it to the application";
    }
    const auto* found =
        llvm::find_if(missing, [&](const Missing& one) { return one.intrinsic == call->getIntrinsicID(); });
    if (found != std::end(missing)) return found->message;
  }
  return "";
}

/// A variable that the compiler's own functions read, as __builtin_cpu_supports does; null when there is none.
const llvm::GlobalVariable* variable_of_host(const llvm::Instruction& instruction) {
  for (const llvm::Value* operand : instruction.operands()) {
    if (!operand->getType()->isPointerTy()) continue;
    const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(operand->stripInBoundsOffsets());
    if (variable && variable->isDeclaration() && !variable->hasSection() && !variable->getName().starts_with("llvm."))
      return variable;
  }
  return nullptr;
}

}  // namespace

/// What is left after optimisation and has no instruction in BPF, so that LLVM would end on it without a line: calls of
/// intrinsic functions; and programs of which C++ says nothing, so that they have no instruction.
void check_instruction(const OptimisedCode& code, Diagnostics& diagnostics) {
  for_each_instruction(code.locations.unit(), code.module, [&](const llvm::Instruction& instruction) {
    if (const std::string fault = fault_of(instruction); !fault.empty())
      diagnostics.error(code.locations.trail(instruction), "unsupported", fault);
    else if (const llvm::GlobalVariable* variable = variable_of_host(instruction))
      diagnostics.error(code.locations.trail(instruction), "host-global",
                        "reads '" + variable->getName().str() +
                            "' of the application's memory, of which the kernel has no part; leave it to the "
                            "application");
  });
  for (const Program& program : code.locations.unit().programs)
    if (const llvm::Function* entry = code.module.getFunction(program.symbol);
        entry && !entry->isDeclaration() && llvm::isa<llvm::UnreachableInst>(entry->getEntryBlock().getTerminator()))
      diagnostics.error(program.variable->getLocation(), "unsupported",
                        "every run of this program is undefined in C++, as by __builtin_unreachable() or by reading "
                        "through a null pointer, so LLVM leaves nothing of it");
}

}  // namespace ebpfxx::cc
