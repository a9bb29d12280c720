#include "lower/unset_values.hpp"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>

namespace ebpfxx::cc {

void set_unset_values(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::BasicBlock& block : function)
      for (llvm::PHINode& meeting : block.phis())
        for (llvm::Use& value : meeting.incoming_values())
          if (llvm::isa<llvm::UndefValue>(value)) value.set(llvm::Constant::getNullValue(meeting.getType()));
}

}  // namespace ebpfxx::cc
