#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/Stmt.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

using Functions = llvm::DenseSet<const clang::FunctionDecl*>;

/// The calls of a function whose value it returns, each with an object that is destroyed behind it, if any.
class ReturnedCalls {
 public:
  explicit ReturnedCalls(const clang::FunctionDecl& function) : context_(function.getASTContext()) {
    walk(function.getBody());
  }

  bool contains(const clang::CallExpr& call) const { return calls_.contains(&call); }
  const clang::VarDecl* destroyed_behind(const clang::CallExpr& call) const { return calls_.lookup(&call); }

 private:
  void walk(const clang::Stmt* statement) {
    if (!statement || llvm::isa<clang::LambdaExpr>(statement)) return;
    if (const auto* returned = llvm::dyn_cast<clang::ReturnStmt>(statement)) return note(returned->getRetValue());
    const std::size_t outer = waiting_.size();
    for (const clang::Stmt* part : statement->children()) walk(part);
    const auto* declared = llvm::dyn_cast<clang::DeclStmt>(statement);
    if (!declared) return waiting_.truncate(outer);
    for (const clang::Decl* declaration : declared->decls())
      if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration))
        if (variable->hasLocalStorage() && variable->needsDestruction(context_)) waiting_.push_back(variable);
  }

  void note(const clang::Expr* value) {
    if (!value) return;
    value = value->IgnoreUnlessSpelledInSource();
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(value)) {
      note(choice->getTrueExpr());
      note(choice->getFalseExpr());
    } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(value)) {
      calls_[call] = waiting_.empty() ? nullptr : waiting_.back();
    }
  }

  const clang::ASTContext& context_;
  llvm::SmallVector<const clang::VarDecl*> waiting_;
  llvm::DenseMap<const clang::CallExpr*, const clang::VarDecl*> calls_;
};

class TailCalls {
 public:
  explicit TailCalls(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void check(const ReachedFunction& function) {
    if (function.caller == nullptr) return;  // takes the verdict from the user's lambda
    const ReturnedCalls returned(*function.function);
    for (const clang::Stmt* statement : function.body.statements) {
      const auto* call = llvm::dyn_cast<clang::CallExpr>(statement);
      const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
      if (!callee || !leaves(*callee)) continue;
      leaving_.insert(function.function->getCanonicalDecl());
      if (!returned.contains(*call))
        report(function, *call, *callee, "; return its value at once");
      else if (const clang::VarDecl* variable = returned.destroyed_behind(*call))
        report(function, *call, *callee,
               ", '" + variable->getNameAsString() + "' would not be destroyed; end its scope before");
    }
  }

 private:
  bool leaves(const clang::FunctionDecl& callee) const {
    return has_annotation(&callee, abi::leaves_annotation) || leaving_.contains(callee.getCanonicalDecl());
  }

  void report(const ReachedFunction& function, const clang::CallExpr& call, const clang::FunctionDecl& callee,
              const std::string& fault) {
    const bool has_name = callee.getDeclName().isIdentifier();
    const std::string name = has_name ? "'" + callee.getName().str() + "'" : quoted(callee);
    diagnostics_.error(function, call.getExprLoc(), "tail-call",
                       name + " goes on in another program and does not come back" + fault);
  }

  Diagnostics& diagnostics_;
  Functions leaving_;  ///< functions of the program that jump
};

}  // namespace

/// A call that does not come back in the kernel (a function annotated EBPFXX_ABI_LEAVES), or a function that makes one,
/// at a place where the program would go on natively: its value is not returned at once, or objects wait to be
/// destroyed.
void check_tail_call(const Source& source, Diagnostics& diagnostics) {
  TailCalls calls(diagnostics);
  for (const auto& function : llvm::reverse(source.functions)) calls.check(*function);  // callees before callers
}

}  // namespace ebpfxx::cc
