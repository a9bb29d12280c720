#include "lower/target.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/TargetSelect.h>

namespace ebpfxx::cc {
namespace {

constexpr char triple[] = "bpfel";
constexpr KernelVersion first_with_v4 = {6, 6};

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
