#include "lower/loop_conditions.hpp"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

#include "base/function_ranges.hpp"

namespace ebpfxx::cc {

void order_loop_conditions(llvm::Module& module, KernelVersion kernel) {
  for_each_function(module, kernel, [](llvm::Function& function, NumberRanges& ranges) {
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&instruction);
      if (!comparison || !ranges.loops().getLoopFor(comparison->getParent())) continue;
      llvm::Value &left = *comparison->getOperand(0), &right = *comparison->getOperand(1);
      if (!llvm::isa<llvm::Constant>(right) && ranges.is_walked(left, /*however_long=*/true) &&
          !ranges.is_walked(right, /*however_long=*/true))
        comparison->swapOperands();
    }
  });
}

}  // namespace ebpfxx::cc
