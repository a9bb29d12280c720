#include "emit/object.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/CodeGen/MachineModuleInfo.h>
#include <llvm/CodeGen/Passes.h>
#include <llvm/CodeGen/TargetPassConfig.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include "lower/back_edges.hpp"
#include "lower/reloads.hpp"
#include "lower/sign_masks.hpp"
#include "lower/spill_slots.hpp"
#include "lower/zero_tests.hpp"

namespace ebpfxx::cc {
namespace {

void add_unsupported(const llvm::DiagnosticInfoUnsupported& info, MachineCode& code) {
  const std::string message = info.getMessage().str();
  if (llvm::StringRef(message).contains("stack limit")) return;  // frame_sizes tell it better
  BackendFault fault{info.getFunction().getName().str(), "", 0, 0, message, 0};
  llvm::StringRef file;
  if (info.isLocationAvailable()) info.getLocation(file, fault.line, fault.column);
  const llvm::DISubprogram* function = info.getFunction().getSubprogram();
  if (fault.line == 0 && function) {  // LLVM says nothing of where a function's arguments or result come from
    file = function->getFilename();
    fault.line = function->getLine();
  }
  fault.file = file.str();
  code.faults.push_back(std::move(fault));
}

void add(const llvm::DiagnosticInfo* info, void* opaque_code) {
  MachineCode& code = *static_cast<MachineCode*>(opaque_code);
  if (const auto* frame = llvm::dyn_cast<llvm::DiagnosticInfoStackSize>(info)) {
    code.frame_sizes[frame->getFunction().getName().str()] = frame->getStackSize();
  } else if (const auto* unsupported = llvm::dyn_cast<llvm::DiagnosticInfoUnsupported>(info)) {
    add_unsupported(*unsupported, code);
  } else if (const auto* assembly = llvm::dyn_cast<llvm::DiagnosticInfoSrcMgr>(info)) {
    const llvm::StringRef message = assembly->getSMDiag().getMessage();
    code.faults.push_back({"", "", 0, 0, message.str(), assembly->getLocCookie()});
  } else if (info->getSeverity() == llvm::DS_Error) {
    std::string message;
    llvm::raw_string_ostream stream(message);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    info->print(printer);
    code.faults.push_back({"", "", 0, 0, message, 0});
  }
}

/// What LLVM's own addPassesToEmitFile adds, and ours before the code is written.
void add_passes(llvm::legacy::PassManager& passes, llvm::TargetMachine& target, llvm::raw_pwrite_stream& stream,
                llvm::CodeGenFileType type) {
  auto& machine = static_cast<llvm::LLVMTargetMachine&>(target);  // as every target of LLVM's is
  auto* module_info = new llvm::MachineModuleInfoWrapperPass(&machine);
  llvm::TargetPassConfig* config = machine.createPassConfig(passes);
  passes.add(config);
  passes.add(module_info);
  if (config->addISelPasses()) llvm_unreachable("the BPF target selects instructions");
  config->insertPass(&llvm::OptimizePHIsID, create_sign_masks_pass());
  config->insertPass(&llvm::StackSlotColoringID, create_spill_slots_pass());
  config->insertPass(&llvm::StackSlotColoringID, create_reloads_pass());
  config->addMachinePasses();
  passes.add(create_zero_tests_pass());
  passes.add(create_back_edges_pass());
  config->setInitialized();
  if (machine.addAsmPrinter(passes, stream, nullptr, type, module_info->getMMI().getContext()))
    llvm_unreachable("the BPF target writes objects");
  passes.add(llvm::createFreeMachineFunctionPass());
}

}  // namespace

MachineCode emit_machine_code(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType type) {
  MachineCode code;
  module.getContext().setDiagnosticHandlerCallBack(&add, &code);
  for (llvm::Function& function : module)
    function.addFnAttr("warn-stack-size", "0");  // makes LLVM tell every frame's size
  llvm::SmallString<0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  add_passes(passes, machine, stream, type);
  passes.run(module);
  module.getContext().setDiagnosticHandlerCallBack(nullptr);
  code.contents = std::string(buffer);
  return code;
}

}  // namespace ebpfxx::cc
