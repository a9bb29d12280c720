#pragma once

#include <llvm/IR/PassManager.h>

#include "base/translation_unit.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Makes loops of calls of the C library that go through bytes one after the other (memchr, strlen, strcmp ...), and of
/// copies, fills and comparisons of a size that is known at run time only. Their number of bytes has to have a bound:
/// that of the size they are called with, or the size of the object in which a string ends. Calls without one stay, and
/// are refused. Run it when LLVM has simplified what it knows of these functions.
class LibraryLoopsPass : public llvm::PassInfoMixin<LibraryLoopsPass> {
 public:
  LibraryLoopsPass(const TranslationUnit& unit, KernelVersion kernel) : unit_(unit), kernel_(kernel) {}

  llvm::PreservedAnalyses run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses);

 private:
  bool make_loops(llvm::Function& function, llvm::FunctionAnalysisManager& analyses) const;

  const TranslationUnit& unit_;
  KernelVersion kernel_;
};

}  // namespace ebpfxx::cc
