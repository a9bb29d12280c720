#include <clang/AST/ASTContext.h>
#include <clang/Analysis/Analyses/UninitializedValues.h>
#include <clang/Analysis/AnalysisDeclContext.h>

#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

class Reports : public clang::UninitVariablesHandler {
 public:
  Reports(const ReachedFunction& function, Diagnostics& diagnostics) : function_(function), diagnostics_(diagnostics) {}

  void handleUseOfUninitVariable(const clang::VarDecl* variable, const clang::UninitUse& use) override {
    // One that some path sets may be set on all that run.
    if (use.getKind() == clang::UninitUse::Maybe) return;
    diagnostics_.error(function_, use.getUser()->getBeginLoc(), "unset-variable",
                       "'" + variable->getNameAsString() +
                           "' is not set here; give it a value where it is declared: '" + variable->getNameAsString() +
                           " = {}'");
  }

  /// `int n = n;`
  void handleSelfInit(const clang::VarDecl* variable) override {
    diagnostics_.error(function_, variable->getLocation(), "unset-variable",
                       "'" + variable->getNameAsString() + "' is set to itself; give it a value");
  }

 private:
  const ReachedFunction& function_;
  Diagnostics& diagnostics_;
};

}  // namespace

/// A number, a pointer or an enumerator that is used before it has a value.
void check_unset_variable(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  clang::AnalysisDeclContext context(/*Mgr=*/nullptr, function.function);
  context.getCFGBuildOptions().setAllAlwaysAdd();
  const clang::CFG* graph = context.getCFG();
  if (!graph) return;
  Reports reports(function, diagnostics);
  clang::UninitVariablesAnalysisStats statistics = {};
  clang::runUninitializedVariablesAnalysis(*function.function, *graph, context, reports, statistics);
}

}  // namespace ebpfxx::cc
