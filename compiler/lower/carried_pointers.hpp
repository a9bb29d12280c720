#pragma once

#include <llvm/IR/PassManager.h>

namespace ebpfxx::cc {

/// Makes offsets of the pointers into one object that a loop carries in other steps than by a constant, as the end that
/// std::remove_if and std::copy_if give, and of all that are compared with them or subtracted: an offset is a number,
/// whose bounds can be proven and shown, while the verifier compares no pointers into the stack or a map's value, and
/// learns nothing where one of them ends a loop.
struct CarriedPointersPass : llvm::PassInfoMixin<CarriedPointersPass> {
  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);
};

}  // namespace ebpfxx::cc
