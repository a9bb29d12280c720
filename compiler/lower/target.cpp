#include "lower/target.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/CodeGen/TargetLowering.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/TargetSelect.h>

namespace ebpfxx::cc {
namespace {

constexpr char triple[] = "bpfel";
constexpr KernelVersion first_with_v4 = {6, 6};

/// LLVM calls functions of a runtime library for these, unless there is none.
void write_out_wide_numbers(const llvm::Module& module, const llvm::TargetMachine& machine) {
  constexpr llvm::RTLIB::Libcall calls[] = {llvm::RTLIB::MUL_I128, llvm::RTLIB::MULO_I128, llvm::RTLIB::SHL_I128,
                                            llvm::RTLIB::SRL_I128, llvm::RTLIB::SRA_I128};
  if (module.empty()) return;
  const llvm::TargetLowering* lowering = machine.getSubtargetImpl(*module.begin())->getTargetLowering();
  const_cast<llvm::TargetLowering*>(lowering)->setLibcallName(calls, nullptr);  // the machine is ours
}

}  // namespace

void set_llvm_options() {
  constexpr const char* arguments[] = {
      "ebpfxx-cc",
      // Another order computes first what many instructions need, and keeps it: the verifier follows all ways of all
      // choices of a block before the first is used.
      "-pre-RA-sched=source",
      // An address of several would be chosen twice, as an address and as an offset: the verifier takes each choice for
      // another.
      "-addr-sink-new-select=false",
      // A loop without effects would be left before its first round, by the number of the round in which it ends: in a
      // packet that is computed from the packet's end, of which the verifier allows no arithmetic.
      "-indvars-predicate-loops=false",
  };
  llvm::cl::ParseCommandLineOptions(std::size(arguments), arguments);
}

std::unique_ptr<llvm::TargetMachine> make_target_machine(KernelVersion kernel) {
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target) llvm_unreachable("this LLVM has no BPF target");
  const char* instruction_set = kernel >= first_with_v4 ? "v4" : "v3";
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, instruction_set, "", llvm::TargetOptions(), llvm::Reloc::Static, std::nullopt,
                                  llvm::CodeGenOptLevel::Default));
}

void retarget(llvm::Module& module, const llvm::TargetMachine& machine) {
  module.setDataLayout(machine.createDataLayout());
  module.setTargetTriple(triple);
  write_out_wide_numbers(module, machine);
  constexpr llvm::StringLiteral host_attributes[] = {"target-cpu",
                                                     "target-features",
                                                     "tune-cpu",
                                                     "min-legal-vector-width",
                                                     "frame-pointer",
                                                     "probe-stack",
                                                     "stack-protector-buffer-size"};
  for (llvm::Function& function : module) {
    for (const llvm::StringLiteral attribute : host_attributes) function.removeFnAttr(attribute);
    function.removeFnAttr(llvm::Attribute::UWTable);
    function.setComdat(nullptr);
  }
  for (llvm::GlobalVariable& variable : module.globals()) variable.setComdat(nullptr);
}

}  // namespace ebpfxx::cc
