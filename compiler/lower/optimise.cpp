#include "lower/optimise.hpp"

#include <llvm/CodeGen/ExpandMemCmp.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/MergeICmps.h>

#include "lower/carried_pointers.hpp"
#include "lower/common_results.hpp"
#include "lower/library_loops.hpp"
#include "lower/memory_functions.hpp"
#include "lower/natural_alignment.hpp"

namespace ebpfxx::cc {

void optimise(llvm::Module& module, llvm::TargetMachine& machine, const TranslationUnit& unit, KernelVersion kernel) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager call_graph;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = false;
  llvm::PassBuilder builder(&machine, tuning);
  machine.registerPassBuilderCallbacks(builder);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(call_graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, call_graph, modules);
  builder.registerOptimizerEarlyEPCallback([&](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(LibraryLoopsPass(unit, kernel)));
  });
  builder.registerOptimizerLastEPCallback([&](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
    // What LLVM computes anew for loops, the verifier does not know to be what was tested before.
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(llvm::EarlyCSEPass()));
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(CommonResultsPass()));
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(CarriedPointersPass()));
    llvm::FunctionPassManager memory;
    // LLVM has both in code generation, too late for the loads to be aligned.
    memory.addPass(llvm::MergeICmpsPass());
    memory.addPass(CompareLoopsPass());
    memory.addPass(llvm::ExpandMemCmpPass(&machine));
    memory.addPass(NaturalAlignmentPass());
    memory.addPass(CopyLoopsPass());
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(memory)));
  });
  llvm::ModulePassManager passes;
  passes.addPass(llvm::GlobalDCEPass());
  passes.addPass(builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2));
  passes.addPass(llvm::GlobalDCEPass());
  passes.run(module, modules);
}

}  // namespace ebpfxx::cc
