#include "lower/target.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/CodeGen/TargetLowering.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
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
