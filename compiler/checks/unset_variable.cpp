#include <clang/AST/ASTContext.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Analysis/Analyses/UninitializedValues.h>
#include <clang/Analysis/AnalysisDeclContext.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/MapVector.h>

#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

/// Where a function reads its variables, and where it may set them.
class Uses : public clang::RecursiveASTVisitor<Uses> {
 public:
  explicit Uses(const clang::FunctionDecl& function) { TraverseStmt(function.getBody()); }

  bool VisitImplicitCastExpr(clang::ImplicitCastExpr* cast) {
    if (cast->getCastKind() == clang::CK_LValueToRValue) reads_.insert(cast->getSubExpr()->IgnoreParens());
    return true;
  }

  /// Whether `statement` mentions `variable` otherwise than to read it.
  bool may_set(const clang::Stmt& statement, const clang::VarDecl& variable) const {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&statement);
    return reference && reference->getDecl() == &variable && !reads_.contains(reference);
  }

 private:
  llvm::DenseSet<const clang::Stmt*> reads_;
};

/// Whether no path from the declaration of `variable` sets it before it comes to `use` for the first time.
///
/// clang says so of a use that each path from a branch comes to, and of no other one in a loop.
bool is_first_mention(const clang::Expr& use, const clang::VarDecl& variable, const clang::CFG& graph,
                      const Uses& uses) {
  llvm::DenseSet<const clang::CFGBlock*> seen;
  std::vector<const clang::CFGBlock*> rest;
  bool is_declared = false;
  /// Goes on behind `element` of `block`; false where it may be set.
  const auto follow = [&](const clang::CFGBlock& block, clang::CFGBlock::const_iterator element) {
    for (; element != block.end(); ++element)
      if (const auto statement = element->getAs<clang::CFGStmt>()) {
        if (statement->getStmt() == &use) return true;
        if (uses.may_set(*statement->getStmt(), variable)) return false;
      }
    for (const clang::CFGBlock* next : block.succs())
      if (next && seen.insert(next).second) rest.push_back(next);
    return true;
  };
  for (const clang::CFGBlock* block : graph)
    for (auto element = block->begin(); element != block->end(); ++element) {
      const auto statement = element->getAs<clang::CFGStmt>();
      const auto* declared = statement ? llvm::dyn_cast<clang::DeclStmt>(statement->getStmt()) : nullptr;
      if (!declared || !llvm::is_contained(declared->decls(), &variable)) continue;
      is_declared = true;
      if (!follow(*block, std::next(element))) return false;
    }
  while (!rest.empty()) {
    const clang::CFGBlock* block = rest.back();
    rest.pop_back();
    if (!follow(*block, block->begin())) return false;
  }
  return is_declared;
}

class Reports : public clang::UninitVariablesHandler {
 public:
  Reports(const ReachedFunction& function, const clang::CFG& graph, Diagnostics& diagnostics)
      : function_(function), graph_(graph), uses_(*function.function), diagnostics_(diagnostics) {}

  void handleUseOfUninitVariable(const clang::VarDecl* variable, const clang::UninitUse& use) override {
    // One that some path sets may be set on all that run.
    if (use.getKind() == clang::UninitUse::Maybe && !is_first_mention(*use.getUser(), *variable, graph_, uses_)) return;
    clang::SourceLocation& first = first_uses_[variable];
    const clang::SourceLocation where = use.getUser()->getBeginLoc();
    if (first.isInvalid() || diagnostics_.sources().isBeforeInTranslationUnit(where, first)) first = where;
  }

  /// `int n = n;`
  void handleSelfInit(const clang::VarDecl* variable) override {
    diagnostics_.error(function_, variable->getLocation(), "unset-variable",
                       "'" + variable->getNameAsString() + "' is set to itself; give it a value");
  }

  void report() const {
    for (const auto& [variable, where] : first_uses_) {
      const std::string name = variable->getNameAsString();
      diagnostics_.error(function_, where, "unset-variable",
                         "'" + name + "' is not set here; give it a value where it is declared: '" + name + " = {}'");
    }
  }

 private:
  const ReachedFunction& function_;
  const clang::CFG& graph_;
  const Uses uses_;
  Diagnostics& diagnostics_;
  llvm::MapVector<const clang::VarDecl*, clang::SourceLocation> first_uses_;
};

}  // namespace

/// A number, a pointer or an enumerator that is used before it has a value.
void check_unset_variable(const ReachedFunction& function, Diagnostics& diagnostics) {
  if (!diagnostics.user_code() || !diagnostics.user_code()->contains(function.function->getLocation())) return;
  clang::AnalysisDeclContext context(/*Mgr=*/nullptr, function.function);
  context.getCFGBuildOptions().setAllAlwaysAdd();
  const clang::CFG* graph = context.getCFG();
  if (!graph) return;
  Reports reports(function, *graph, diagnostics);
  clang::UninitVariablesAnalysisStats statistics = {};
  clang::runUninitializedVariablesAnalysis(*function.function, *graph, context, reports, statistics);
  reports.report();
}

}  // namespace ebpfxx::cc
