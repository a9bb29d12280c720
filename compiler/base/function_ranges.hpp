#pragma once

#include <llvm/IR/Module.h>

#include "base/function_analyses.hpp"
#include "base/number_ranges.hpp"

namespace ebpfxx::cc {

/// Calls `use(function, ranges)` for each function of the module that has a body.
void for_each_function(llvm::Module& module, KernelVersion kernel, const auto& use) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    FunctionAnalyses analyses;
    NumberRanges ranges(function, analyses.manager(), kernel);
    use(function, ranges);
  }
}

}  // namespace ebpfxx::cc
