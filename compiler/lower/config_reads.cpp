#include "lower/config_reads.hpp"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {

void keep_config_reads(llvm::Module& module, const TranslationUnit& unit) {
  llvm::SmallPtrSet<const llvm::Value*, 8> configs;
  for (const DeviceVariable& variable : unit.variables)
    if (const llvm::GlobalVariable* found = module.getNamedGlobal(variable.symbol); found && found->isConstant())
      configs.insert(found);
  for (llvm::Function& function : module)
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : block)
        if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
          if (configs.contains(llvm::getUnderlyingObject(load->getPointerOperand(), 0))) load->setVolatile(true);
}

}  // namespace ebpfxx::cc
