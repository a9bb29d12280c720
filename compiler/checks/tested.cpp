#include "checks/tested.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Analysis/CFG.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/DenseMap.h>

#include <ebpfxx/abi.hpp>

#include "checks/tested_facts.hpp"

namespace ebpfxx::cc {
namespace {

using Wording = std::pair<std::string, std::string>;

/// The rule and the text that an annotation of `declaration` gives.
std::optional<Wording> wording(const clang::Decl& declaration, llvm::StringRef annotation) {
  for (const auto* attribute : declaration.specific_attrs<clang::AnnotateAttr>()) {
    if (attribute->getAnnotation() != annotation || attribute->args_size() < 2) continue;
    const auto text = [&](unsigned i) {
      return attribute->args_begin()[i]->tryEvaluateString(declaration.getASTContext()).value_or("");
    };
    return Wording{text(0), text(1)};
  }
  return std::nullopt;
}

/// What is wrong with an object that is not tested; `over`: with one that a method has ended.
Wording fault_of(const clang::CXXRecordDecl& record, bool over) {
  if (over)
    for (const clang::CXXMethodDecl* method : record.methods())
      if (const auto found = wording(*method, abi::ends_annotation)) return *found;
  Wording found = wording(record, abi::tested_annotation).value_or(Wording{"lookup-unchecked", "may be nothing here"});
  return {found.first, found.second + "; test it first"};
}

/// Whether `statement` calls a method that ends its object.
bool ends_object(const clang::Stmt& statement) {
  const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement);
  return call && call->getMethodDecl() && wording(*call->getMethodDecl(), abi::ends_annotation);
}

/// The object of which something is asked that needs a test; null when `statement` asks nothing such.
const clang::Expr* used_object(const clang::Stmt& statement) {
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement)) {
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call->getDirectCallee());
    const bool asks = method && call->getOperator() != clang::OO_Equal && call->getOperator() != clang::OO_Exclaim &&
                      !method->getReturnType()->isBooleanType();
    return asks && tested_class(call->getArg(0)->getType()) ? call->getArg(0) : nullptr;
  }
  const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement);
  const clang::CXXMethodDecl* method = call ? call->getMethodDecl() : nullptr;
  if (!method || method->getReturnType()->isBooleanType()) return nullptr;
  const clang::Expr* object = call->getImplicitObjectArgument();
  return tested_class(object->getType()) ? object : nullptr;
}

/// Follows one function's paths.
class FunctionFlow {
 public:
  /// What is tested when a parameter or a lambda's captured variable is looked at first.
  struct Entry {
    llvm::DenseMap<const clang::Decl*, bool> parameters;
    llvm::DenseMap<const clang::Decl*, ObjectPaths> captures;
  };

  FunctionFlow(const ReachedFunction& function, Entry& entry, Diagnostics& diagnostics)
      : function_(function), entry_(entry), diagnostics_(diagnostics) {}

  void run() {
    clang::CFG::BuildOptions options;
    options.setAllAlwaysAdd();
    graph_ = clang::CFG::buildCFG(function_.function, function_.function->getBody(),
                                  &function_.function->getASTContext(), options);
    if (!graph_) return;
    at_start_[&graph_->getEntry()] = entry_facts();
    std::vector<const clang::CFGBlock*> rest = {&graph_->getEntry()};
    while (!rest.empty()) {
      const clang::CFGBlock* block = rest.back();
      rest.pop_back();
      const TestedFacts after = through(*block, at_start_.at(block));
      for (unsigned i = 0; i < block->succ_size(); ++i)
        if (const clang::CFGBlock* next = (block->succ_begin() + i)->getReachableBlock())
          if (arrive(*next, along_edge(*block, i, after))) rest.push_back(next);
    }
    reporting_ = true;
    for (const clang::CFGBlock* block : llvm::reverse(*graph_))
      if (const auto facts = at_start_.find(block); facts != at_start_.end()) through(*block, facts->second);
  }

 private:
  TestedFacts entry_facts() const {
    TestedFacts facts;
    for (const clang::ParmVarDecl* parameter : function_.function->parameters()) {
      const auto known = entry_.parameters.find(parameter->getCanonicalDecl());
      if (tested_class(parameter->getType()) && (known == entry_.parameters.end() || known->second))
        facts.assign({parameter->getCanonicalDecl()}, true);
    }
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function_.function);
    const auto captured =
        method ? entry_.captures.find(method->getParent()->getCanonicalDecl()) : entry_.captures.end();
    if (captured != entry_.captures.end()) facts.learn(captured->second);
    return facts;
  }

  static TestedFacts along_edge(const clang::CFGBlock& block, unsigned successor, TestedFacts facts) {
    const clang::Stmt* terminator = block.getTerminatorStmt();
    if (block.succ_size() != 2 || !terminator || llvm::isa<clang::SwitchStmt>(terminator)) return facts;
    if (const clang::Expr* condition = block.getLastCondition()) facts.assume(condition, successor == 0);
    return facts;
  }

  /// Whether something is new at the start of `block`.
  bool arrive(const clang::CFGBlock& block, const TestedFacts& facts) {
    const auto [known, added] = at_start_.try_emplace(&block, facts);
    if (added) return true;
    TestedFacts met = known->second;
    met.meet(facts);
    if (met == known->second) return false;
    known->second = std::move(met);
    return true;
  }

  TestedFacts through(const clang::CFGBlock& block, TestedFacts facts) {
    for (const clang::CFGElement& element : block)
      if (const auto statement = element.getAs<clang::CFGStmt>()) apply(*statement->getStmt(), facts);
    return facts;
  }

  void apply(const clang::Stmt& statement, TestedFacts& facts) {
    if (const clang::Expr* object = used_object(statement)) {
      if (reporting_ && !facts.is_tested(object)) report(*object, facts.is_over(object));
      if (const auto path = object_path(object); path && ends_object(statement)) facts.end(*path);
    }
    if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(&statement)) {
      for (const clang::Decl* declaration : declarations->decls())
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) declare(*variable, facts);
    } else if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(&statement)) {
      capture(*lambda, facts);
    } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&statement)) {
      pass_arguments(*call, facts);
    } else if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&statement);
               binary && binary->isAssignmentOp()) {
      assign_flag(*binary, facts);
    }
  }

  static void declare(const clang::VarDecl& variable, TestedFacts& facts) {
    if (const auto* decomposition = llvm::dyn_cast<clang::DecompositionDecl>(&variable))
      for (const clang::BindingDecl* binding : decomposition->bindings())
        facts.assign({binding->getCanonicalDecl()}, false);
    if (variable.getType()->isReferenceType()) return;
    if (variable.getType()->isBooleanType()) return facts.assign_flag(variable, variable.getInit());
    const bool tested = variable.hasInit() && tested_class(variable.getType()) && facts.is_tested(variable.getInit());
    facts.assign({variable.getCanonicalDecl()}, tested);
  }

  static void assign_flag(const clang::BinaryOperator& assignment, TestedFacts& facts) {
    const auto* target = llvm::dyn_cast<clang::DeclRefExpr>(assignment.getLHS()->IgnoreParens());
    const auto* flag = target ? llvm::dyn_cast<clang::VarDecl>(target->getDecl()) : nullptr;
    if (flag && flag->getType()->isBooleanType())
      facts.assign_flag(*flag, assignment.getOpcode() == clang::BO_Assign ? assignment.getRHS() : nullptr);
  }

  void capture(const clang::LambdaExpr& lambda, const TestedFacts& facts) {
    ObjectPaths known = facts.tested();
    for (const clang::LambdaCapture& captured : lambda.captures())
      if (captured.capturesVariable() && lambda.isInitCapture(&captured))
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(captured.getCapturedVar());
            variable && variable->hasInit() && facts.is_tested(variable->getInit()))
          known.insert({variable->getCanonicalDecl()});
    entry_.captures[lambda.getLambdaClass()->getCanonicalDecl()] = std::move(known);
  }

  void pass_arguments(const clang::CallExpr& call, TestedFacts& facts) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call);
    if (operation && operation->getOperator() == clang::OO_Equal) {
      if (const auto path = object_path(call.getArg(0))) facts.assign(*path, facts.is_tested(call.getArg(1)));
      return;
    }
    const clang::FunctionDecl* body = callee ? body_of(*callee) : nullptr;
    if (!body) return;
    const unsigned object = operation && llvm::isa<clang::CXXMethodDecl>(callee) ? 1 : 0;
    for (unsigned i = 0; i < body->getNumParams() && i + object < call.getNumArgs(); ++i) {
      const clang::ParmVarDecl* parameter = body->getParamDecl(i);
      if (!tested_class(parameter->getType())) continue;
      const clang::Expr* argument = call.getArg(i + object);
      if (reporting_) {
        const auto [known, added] =
            entry_.parameters.try_emplace(parameter->getCanonicalDecl(), facts.is_tested(argument));
        if (!added) known->second &= facts.is_tested(argument);
      }
      const clang::QualType type = parameter->getType();
      const bool may_change = type->isLValueReferenceType() && !type.getNonReferenceType().isConstQualified();
      if (const auto path = object_path(argument); path && may_change) facts.assign(*path, false);
    }
  }

  void report(const clang::Expr& object, bool over) {
    const clang::ASTContext& context = function_.function->getASTContext();
    const auto [rule, text] = fault_of(*tested_class(object.getType()), over);
    const llvm::StringRef source =
        clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(object.getSourceRange()),
                                    context.getSourceManager(), context.getLangOpts());
    const std::string name = source.empty() || source.contains('\n') ? "this" : "'" + source.str() + "'";
    diagnostics_.error(function_, object.getBeginLoc(), rule, name + " " + text);
  }

  const ReachedFunction& function_;
  Entry& entry_;
  Diagnostics& diagnostics_;
  std::unique_ptr<clang::CFG> graph_;
  std::map<const clang::CFGBlock*, TestedFacts> at_start_;
  bool reporting_ = false;
};

/// ebpfxx's own headers are trusted: the test is theirs.
bool is_followed(const ReachedFunction& function, const Diagnostics& diagnostics) {
  const clang::SourceLocation where = function.function->getLocation();
  if (!diagnostics.user_code()->contains(where) && !diagnostics.sources().isInSystemHeader(where)) return false;
  return llvm::any_of(function.body.statements, [](const clang::Stmt* statement) {
    const auto* expression = llvm::dyn_cast<clang::Expr>(statement);
    return expression && tested_class(expression->getType());
  });
}

}  // namespace

void check_tested(const ReachedFunctions& functions, Diagnostics& diagnostics) {
  FunctionFlow::Entry entry;
  for (const auto& function : functions)
    if (is_followed(*function, diagnostics)) FunctionFlow(*function, entry, diagnostics).run();
}

}  // namespace ebpfxx::cc
