#include "checks/unset_variable.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Analysis/Analyses/CFGReachabilityAnalysis.h>
#include <clang/Analysis/Analyses/UninitializedValues.h>
#include <clang/Analysis/AnalysisDeclContext.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/SmallVector.h>

#include <utility>

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

/// The paths from the declarations of a function's variables.
class Paths {
 public:
  Paths(const clang::FunctionDecl& function, const clang::CFG& graph)
      : graph_(graph), uses_(function), reachability_(graph) {}

  /// Whether no path from the declaration of `variable` sets it before it comes to `use` for the first time.
  ///
  /// clang says so of a use that each path from a branch comes to, and of no other one in a loop.
  bool is_first_mention(const clang::Expr& use, const clang::VarDecl& variable) {
    const clang::CFGBlock* with_use = block_of(use);
    bool is_declared = false;
    for (const clang::CFGBlock* block : graph_)
      for (auto element = block->begin(); element != block->end(); ++element) {
        const auto* declared = statement_of<clang::DeclStmt>(*element);
        if (!declared || !llvm::is_contained(declared->decls(), &variable)) continue;
        is_declared = true;
        if (sets_on_the_way(*block, std::next(element), use, *with_use, variable)) return false;
      }
    return is_declared;
  }

 private:
  using Element = clang::CFGBlock::const_iterator;

  template <class Statement>
  static const Statement* statement_of(const clang::CFGElement& element) {
    const auto statement = element.getAs<clang::CFGStmt>();
    return statement ? llvm::dyn_cast<Statement>(statement->getStmt()) : nullptr;
  }

  const clang::CFGBlock* block_of(const clang::Expr& use) const {
    for (const clang::CFGBlock* block : graph_)
      for (const clang::CFGElement& element : *block)
        if (statement_of<clang::Expr>(element) == &use) return block;
    return &graph_.getExit();
  }

  bool sets_on_the_way(const clang::CFGBlock& first, Element element, const clang::Expr& use,
                       const clang::CFGBlock& with_use, const clang::VarDecl& variable) {
    llvm::DenseSet<const clang::CFGBlock*> seen;
    llvm::SmallVector<std::pair<const clang::CFGBlock*, Element>> rest = {{&first, element}};
    while (!rest.empty()) {
      auto [block, next] = rest.pop_back_val();
      bool goes_on = true;
      for (; goes_on && next != block->end(); ++next) {
        const auto* expression = statement_of<clang::Expr>(*next);
        const bool sets = expression && expression != &use && uses_.may_set(*expression, variable);
        if (sets && reachability_.isReachable(block, &with_use)) return true;
        goes_on = expression != &use && !sets;
      }
      for (const clang::CFGBlock* successor : block->succs())
        if (goes_on && successor && seen.insert(successor).second) rest.emplace_back(successor, successor->begin());
    }
    return false;
  }

  const clang::CFG& graph_;
  const Uses uses_;
  clang::CFGReverseBlockReachabilityAnalysis reachability_;
};

class Reports : public clang::UninitVariablesHandler {
 public:
  Reports(const ReachedFunction& function, const clang::CFG& graph, Diagnostics& diagnostics)
      : function_(function), graph_(graph), paths_(*function.function, graph), diagnostics_(diagnostics) {}

  void handleUseOfUninitVariable(const clang::VarDecl* variable, const clang::UninitUse& use) override {
    // One that some path sets may be set on all that run.
    if (use.getKind() == clang::UninitUse::Maybe && !paths_.is_first_mention(*use.getUser(), *variable)) return;
    add(*variable, *use.getUser());
  }

  /// `int n = n;`
  void handleSelfInit(const clang::VarDecl* variable) override {
    diagnostics_.error(function_, variable->getLocation(), "unset-variable",
                       "'" + variable->getNameAsString() + "' is set to itself; give it a value");
  }

  void report() {
    add_uses_of_assembly();
    for (const auto& [variable, where] : first_uses_) report_unset(*variable, where, function_, diagnostics_);
  }

 private:
  /// What assembly reads and writes, clang takes for written.
  void add_uses_of_assembly() {
    for (const clang::CFGBlock* block : graph_)
      for (const clang::CFGElement& element : *block) {
        const auto statement = element.getAs<clang::CFGStmt>();
        const auto* assembly = statement ? llvm::dyn_cast<clang::GCCAsmStmt>(statement->getStmt()) : nullptr;
        for (unsigned i = 0; assembly && i < assembly->getNumOutputs(); ++i) {
          if (!assembly->isOutputPlusConstraint(i)) continue;
          const auto* use = llvm::dyn_cast<clang::DeclRefExpr>(assembly->getOutputExpr(i)->IgnoreParens());
          const auto* variable = use ? llvm::dyn_cast<clang::VarDecl>(use->getDecl()) : nullptr;
          if (variable && variable->isLocalVarDecl() && variable->getType()->isScalarType() && !variable->hasInit() &&
              paths_.is_first_mention(*use, *variable))
            add(*variable, *use);
        }
      }
  }

  void add(const clang::VarDecl& variable, const clang::Expr& use) {
    clang::SourceLocation& first = first_uses_[&variable];
    const clang::SourceLocation where = use.getBeginLoc();
    if (first.isInvalid() || diagnostics_.sources().isBeforeInTranslationUnit(where, first)) first = where;
  }

  const ReachedFunction& function_;
  const clang::CFG& graph_;
  Paths paths_;
  Diagnostics& diagnostics_;
  llvm::MapVector<const clang::VarDecl*, clang::SourceLocation> first_uses_;
};

}  // namespace

void report_unset(const clang::VarDecl& variable, clang::SourceLocation where, const ReachedFunction& function,
                  Diagnostics& diagnostics) {
  const std::string name = variable.getNameAsString();
  diagnostics.error(function, where, "unset-variable",
                    "'" + name + "' is not set here; give it a value where it is declared: '" + name + " = {}'");
}

void report_unset_variables(const ReachedFunction& function, Diagnostics& diagnostics) {
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
