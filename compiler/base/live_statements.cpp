#include "base/live_statements.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/ExprConcepts.h>
#include <clang/AST/StmtCXX.h>
#include <llvm/ADT/STLExtras.h>

namespace ebpfxx::cc {

std::optional<bool> constant_condition(const clang::Expr* condition, const clang::ASTContext& context) {
  bool value = false;
  if (!condition || condition->isValueDependent()) return std::nullopt;
  if (!condition->EvaluateAsBooleanCondition(value, context, /*InConstantContext=*/false)) return std::nullopt;
  return value;
}

namespace {

/// Whether `callee` ends the program, or says before why: whether such a call is still there is seen after optimisation
/// only (check_assertion).
bool follows_failed_check(const clang::FunctionDecl& callee) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&callee);
  return (callee.isNoReturn() && !callee.hasBody()) ||
         (method && method->getParent()->getQualifiedNameAsString() == "__gnu_debug::_Error_formatter");
}

class Walker {
 public:
  explicit Walker(const clang::ASTContext& context) : context_(context) {}

  LiveBody walk(const clang::FunctionDecl& function) {
    if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function))
      for (const clang::CXXCtorInitializer* initializer : constructor->inits()) visit(initializer->getInit());
    visit(function.getBody());
    if (const auto* destructor = llvm::dyn_cast<clang::CXXDestructorDecl>(&function))
      destroy_parts(*destructor->getParent(), destructor->getLocation());
    return std::move(result_);
  }

 private:
  void visit(const clang::Stmt* statement) {
    if (!statement || is_not_evaluated(*statement)) return;
    result_.statements.push_back(statement);
    if (llvm::isa<clang::UnaryExprOrTypeTraitExpr, clang::OffsetOfExpr>(statement)) return;
    collect_calls(*statement);
    if (!visit_live_parts(*statement)) visit_children(*statement);
  }

  void visit_children(const clang::Stmt& statement) {
    for (const clang::Stmt* child : statement.children()) visit(child);
  }

  static bool is_not_evaluated(const clang::Stmt& statement) {
    if (llvm::isa<clang::CXXNoexceptExpr, clang::TypeTraitExpr, clang::RequiresExpr, clang::ConceptSpecializationExpr,
                  clang::CXXTypeidExpr>(statement))
      return !llvm::isa<clang::CXXTypeidExpr>(statement);
    const auto* constant = llvm::dyn_cast<clang::ConstantExpr>(&statement);
    return constant && (constant->hasAPValueResult() || constant->isImmediateInvocation());
  }

  /// The statements of which only a part may run. False: all of its children may.
  bool visit_live_parts(const clang::Stmt& statement) {
    if (const auto* sequence = llvm::dyn_cast<clang::CompoundStmt>(&statement)) return visit_sequence(*sequence), true;
    if (const auto* branch = llvm::dyn_cast<clang::IfStmt>(&statement)) return visit_if(*branch), true;
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(&statement)) return visit_choice(*choice), true;
    if (const auto* logical = llvm::dyn_cast<clang::BinaryOperator>(&statement); logical && logical->isLogicalOp())
      return visit_logical(*logical), true;
    if (const auto* loop = llvm::dyn_cast<clang::WhileStmt>(&statement))
      return constant_condition(loop->getCond(), context_) == false;
    if (llvm::isa<clang::CXXThrowExpr>(statement)) return true;  // nothing is thrown
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(&statement)) {
      for (const clang::Expr* capture : lambda->capture_inits()) visit(capture);
      return true;
    }
    if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(&statement)) {
      for (const clang::Decl* declaration : declarations->decls()) visit_declaration(*declaration);
      return true;
    }
    if (const auto* argument = llvm::dyn_cast<clang::CXXDefaultArgExpr>(&statement))
      return visit(argument->getExpr()), true;
    if (const auto* value = llvm::dyn_cast<clang::CXXDefaultInitExpr>(&statement)) return visit(value->getExpr()), true;
    if (const auto* value = llvm::dyn_cast<clang::OpaqueValueExpr>(&statement))
      return visit(value->getSourceExpr()), true;
    return false;
  }

  /// What follows a return never runs, until a label makes it reachable again.
  void visit_sequence(const clang::CompoundStmt& sequence) {
    bool runs = true;
    for (const clang::Stmt* statement : sequence.body()) {
      runs |= llvm::isa<clang::SwitchCase, clang::LabelStmt>(statement);
      if (!runs) continue;
      visit(statement);
      runs = !surely_leaves(statement);
    }
  }

  bool surely_leaves(const clang::Stmt* statement) const {
    if (!statement) return false;
    if (const auto* sequence = llvm::dyn_cast<clang::CompoundStmt>(statement))
      return llvm::any_of(sequence->body(), [&](const clang::Stmt* inner) { return surely_leaves(inner); });
    if (const auto* branch = llvm::dyn_cast<clang::IfStmt>(statement)) {
      const std::optional<bool> value = branch->isConsteval() ? std::optional(branch->isNegatedConsteval())
                                                              : constant_condition(branch->getCond(), context_);
      const bool then_leaves = surely_leaves(branch->getThen()), else_leaves = surely_leaves(branch->getElse());
      return value ? (*value ? then_leaves : else_leaves) : then_leaves && else_leaves;
    }
    return llvm::isa<clang::ReturnStmt>(statement);
  }

  void visit_if(const clang::IfStmt& branch) {
    visit(branch.getInit());
    if (branch.isConsteval()) return visit(branch.isNonNegatedConsteval() ? branch.getElse() : branch.getThen());
    if (branch.hasVarStorage()) visit(branch.getConditionVariableDeclStmt());
    visit(branch.getCond());
    const std::optional<bool> value = constant_condition(branch.getCond(), context_);
    if (value != false) visit(branch.getThen());
    if (value != true) visit(branch.getElse());
  }

  void visit_choice(const clang::ConditionalOperator& choice) {
    visit(choice.getCond());
    const std::optional<bool> value = constant_condition(choice.getCond(), context_);
    if (value != false) visit(choice.getTrueExpr());
    if (value != true) visit(choice.getFalseExpr());
  }

  void visit_logical(const clang::BinaryOperator& logical) {
    visit(logical.getLHS());
    const bool decides = logical.getOpcode() == clang::BO_LOr;
    if (constant_condition(logical.getLHS(), context_) != decides) visit(logical.getRHS());
  }

  void visit_declaration(const clang::Decl& declaration) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(&declaration);
    if (!variable) return;
    const bool is_constant =
        variable->isConstexpr() || (variable->isStaticLocal() && variable->hasConstantInitialization());
    if (!is_constant) visit(variable->getInit());
    if (const auto* decomposition = llvm::dyn_cast<clang::DecompositionDecl>(variable))
      for (const clang::BindingDecl* binding : decomposition->bindings())
        if (const clang::VarDecl* holder = binding->getHoldingVar()) visit(holder->getInit());
    if (!variable->isStaticLocal()) destroy(variable->getType(), variable->getLocation());
  }

  void destroy(clang::QualType type, clang::SourceLocation where) {
    const clang::CXXRecordDecl* record = context_.getBaseElementType(type)->getAsCXXRecordDecl();
    if (type->isReferenceType() || !record || !record->hasDefinition() || record->hasTrivialDestructor()) return;
    if (const clang::CXXDestructorDecl* destructor = record->getDestructor())
      result_.calls.push_back({destructor, where});
  }

  void destroy_parts(const clang::CXXRecordDecl& record, clang::SourceLocation where) {
    for (const clang::FieldDecl* field : record.fields())
      if (!record.isUnion()) destroy(field->getType(), where);
    for (const clang::CXXBaseSpecifier& base : record.bases()) destroy(base.getType(), where);
  }

  void collect_calls(const clang::Stmt& statement) {
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&statement)) {
      if (reference->isNonOdrUse()) return;
      if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(reference->getDecl()))
        call(function, reference->getLocation());
    } else if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&statement)) {
      if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(member->getMemberDecl()))
        call_member(*member, *method);
    } else if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(&statement)) {
      call(construction->getConstructor(), construction->getExprLoc());
    } else if (const auto* inherited = llvm::dyn_cast<clang::CXXInheritedCtorInitExpr>(&statement)) {
      call(inherited->getConstructor(), inherited->getExprLoc());
    } else if (const auto* temporary = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(&statement)) {
      destroy(temporary->getType(), temporary->getExprLoc());
    }
  }

  void call_member(const clang::MemberExpr& member, const clang::CXXMethodDecl& method) {
    const bool dispatches = method.isVirtual() && !member.hasQualifier();
    const clang::CXXMethodDecl* callee = dispatches ? method.getDevirtualizedMethod(member.getBase(), false) : &method;
    // Nobody writes the name of a conversion.
    if (callee) call(callee, member.getMemberLoc().isValid() ? member.getMemberLoc() : member.getBase()->getExprLoc());
  }

  void call(const clang::FunctionDecl* callee, clang::SourceLocation site) {
    if (!follows_failed_check(*callee)) result_.calls.push_back({callee, site});
  }

  const clang::ASTContext& context_;
  LiveBody result_;
};

}  // namespace

LiveBody live_body(const clang::FunctionDecl& function) { return Walker(function.getASTContext()).walk(function); }

}  // namespace ebpfxx::cc
