#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Analysis/CFG.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/DenseMap.h>

#include "checks/control_flow.hpp"
#include "checks/tested_facts.hpp"
#include "checks/tested_use.hpp"

namespace ebpfxx::cc {
namespace {

/// ebpfxx's own headers are trusted, also where a build takes them for a system's: the test is theirs.
bool is_trusted(const clang::FunctionDecl& function, const Diagnostics& diagnostics) {
  return !diagnostics.user_code()->contains(function.getLocation()) &&
         llvm::StringRef(function.getQualifiedNameAsString()).starts_with("ebpfxx::");
}

/// Follows one function's paths.
class FunctionFlow {
 public:
  /// What is known where functions and lambdas start, from their callers and from where the lambdas are made.
  struct Entry {
    std::map<const clang::FunctionDecl*, TestedFacts> parameters;
    std::map<const clang::CXXRecordDecl*, TestedFacts> captures;
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
      for (unsigned i = 0; i < block->succ_size(); ++i) {
        const clang::CFGBlock* next = (block->succ_begin() + i)->getReachableBlock();
        if (!next) continue;
        bool is_new = false;
        if (!(i == 1 && has_first_round(*block)))
          is_new = arrive(*next, along_edge(*block, i, after), at_start_);
        else if (const auto rounds = after_round_.find(block); rounds != after_round_.end())
          is_new = arrive(*next, along_edge(*block, i, through(*block, rounds->second)), at_start_);
        if (block->getLoopTarget()) is_new |= arrive(*next, after, after_round_);
        if (is_new) rest.push_back(next);
      }
    }
    reporting_ = true;
    for (const clang::CFGBlock* block : llvm::reverse(*graph_))
      if (const auto facts = at_start_.find(block); facts != at_start_.end()) through(*block, facts->second);
  }

 private:
  TestedFacts entry_facts() const {
    TestedFacts facts;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function_.function);
    const auto captured =
        method ? entry_.captures.find(method->getParent()->getCanonicalDecl()) : entry_.captures.end();
    if (captured != entry_.captures.end()) facts = captured->second;
    const auto passed = entry_.parameters.find(function_.function);
    for (const clang::ParmVarDecl* parameter : function_.function->parameters()) {
      if (!tested_class(parameter->getType())) continue;
      const ObjectPath path = {parameter->getCanonicalDecl()};
      KnownValue value;
      value.tested = true;
      if (passed != entry_.parameters.end()) value = passed->second.value_at(path);
      facts.add(path, value);
    }
    return facts;
  }

  static TestedFacts along_edge(const clang::CFGBlock& block, unsigned successor, TestedFacts facts) {
    const clang::Stmt* terminator = block.getTerminatorStmt();
    if (block.succ_size() != 2 || !terminator || llvm::isa<clang::SwitchStmt>(terminator)) return facts;
    if (const clang::Expr* condition = block.getLastCondition()) facts.assume(condition, successor == 0);
    return facts;
  }

  /// Whether `block` ends in the condition of a loop that has one round at least.
  bool has_first_round(const clang::CFGBlock& block) const {
    const auto* loop = llvm::dyn_cast_or_null<clang::ForStmt>(block.getTerminatorStmt());
    return loop && block.getLastCondition() == loop->getCond()->IgnoreParens() &&
           holds_at_first(*loop, function_.function->getASTContext());
  }

  using FactsOfBlocks = std::map<const clang::CFGBlock*, TestedFacts>;

  /// Whether something is new at the start of `block`.
  static bool arrive(const clang::CFGBlock& block, const TestedFacts& facts, FactsOfBlocks& at_start) {
    const auto [known, added] = at_start.try_emplace(&block, facts);
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
    if (const clang::Expr* object = called_object(statement); object && !ask(statement, *object, facts)) return;
    if (const clang::Expr* object = used_object(statement)) {
      if (reporting_ && !facts.is_tested(object)) report(*object, fault_of_untested(*object, facts));
      if (const auto path = object_path(object); path && ends_object(statement)) facts.end(*path);
    }
    if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(&statement)) {
      for (const clang::Decl* declaration : declarations->decls())
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) declare(*variable, facts);
    } else if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(&statement)) {
      capture(*lambda, facts);
    } else if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&statement)) {
      use_lambda(*reference, facts);
    } else if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&statement)) {
      pass_arguments(*call, facts);
      run_lambdas(*call, facts);
    } else if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&statement);
               binary && binary->isAssignmentOp()) {
      assign_bool(*binary, facts);
    }
  }

  /// Whether what must be asked first was; `statement` calls a method of `object`.
  bool ask(const clang::Stmt& statement, const clang::Expr& object, TestedFacts& facts) {
    if (asks_object(statement)) {
      if (const auto path = object_path(&object)) facts.ask(*path);
      return true;
    }
    const auto fault = facts.is_asked(&object) ? std::nullopt : fault_unasked(*tested_class(object.getType()));
    if (fault && reporting_) report(object, *fault);
    return !fault;
  }

  static Wording fault_of_untested(const clang::Expr& object, const TestedFacts& facts) {
    const clang::CXXRecordDecl& record = *tested_class(object.getType());
    const auto unasked = facts.is_asked(&object) ? std::nullopt : fault_unasked(record);
    return unasked ? *unasked : fault_of(record, facts.is_ended(&object));
  }

  static bool is_followed(clang::QualType type) {
    return type.getNonReferenceType()->isBooleanType() || tested_class(type);
  }

  static void declare(const clang::VarDecl& variable, TestedFacts& facts) {
    if (const auto* decomposition = llvm::dyn_cast<clang::DecompositionDecl>(&variable))
      for (const clang::BindingDecl* binding : decomposition->bindings()) facts.assign({binding->getCanonicalDecl()});
    const bool names_another = variable.getType()->isReferenceType() && object_path(variable.getInit());
    if (is_followed(variable.getType()) && !names_another)
      facts.assign({variable.getCanonicalDecl()}, facts.value_of(variable.getInit()));
  }

  static void assign_bool(const clang::BinaryOperator& assignment, TestedFacts& facts) {
    const std::optional<ObjectPath> path = object_path(assignment.getLHS());
    if (path && assignment.getType()->isBooleanType())
      facts.assign(*path, facts.value_of(assignment.getOpcode() == clang::BO_Assign ? assignment.getRHS() : nullptr));
  }

  void capture(const clang::LambdaExpr& lambda, TestedFacts facts) {
    for (const clang::LambdaCapture& captured : lambda.captures())
      if (captured.capturesVariable() && lambda.isInitCapture(&captured))
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(captured.getCapturedVar());
            variable && variable->hasInit())
          facts.assign({variable->getCanonicalDecl()}, facts.value_of(variable->getInit()));
    entry_.captures.insert_or_assign(lambda.getLambdaClass()->getCanonicalDecl(), std::move(facts));
  }

  /// What was captured by reference may have a new value since the lambda was made.
  void use_lambda(const clang::DeclRefExpr& reference, const TestedFacts& facts) {
    const clang::CXXRecordDecl* lambda = lambda_class(reference);
    const auto known = lambda ? entry_.captures.find(lambda) : entry_.captures.end();
    if (known == entry_.captures.end() || lambda->getDeclContext() != function_.function) return;
    ObjectPaths copied;
    for (const clang::LambdaCapture& captured : lambda->captures())
      if (captured.capturesVariable() && captured.getCaptureKind() == clang::LCK_ByCopy)
        copied.insert({captured.getCapturedVar()->getCanonicalDecl()});
    known->second.meet_beside(copied, facts);
  }

  /// A lambda that is called or handed on may give the variables that it captured new values.
  static void run_lambdas(const clang::CallExpr& call, TestedFacts& facts) {
    for (const clang::Expr* argument : call.arguments()) {
      const clang::CXXRecordDecl* lambda = lambda_class(*argument);
      if (!lambda || !lambda->getLambdaCallOperator()->getBody()) continue;
      ObjectPaths assigned;
      collect_assigned(*lambda->getLambdaCallOperator()->getBody(), assigned);
      for (const ObjectPath& path : assigned) facts.assign(path);
    }
  }

  static const clang::CXXRecordDecl* lambda_class(const clang::Expr& expression) {
    const clang::CXXRecordDecl* record = expression.getType().getNonReferenceType()->getAsCXXRecordDecl();
    return record && record->isLambda() ? record->getCanonicalDecl() : nullptr;
  }

  void pass_arguments(const clang::CallExpr& call, TestedFacts& facts) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call);
    if (operation && operation->getOperator() == clang::OO_Equal) {
      if (const auto path = object_path(call.getArg(0))) facts.assign(*path, facts.value_of(call.getArg(1)));
      return;
    }
    const clang::FunctionDecl* body = callee ? body_of(*callee) : nullptr;
    if (!body) return;
    if (reporting_ && is_trusted(*body, diagnostics_)) report_untested_arguments(call, facts);
    const unsigned object = operation && llvm::isa<clang::CXXMethodDecl>(callee) ? 1 : 0;
    Arguments arguments;
    for (unsigned i = 0; i < body->getNumParams() && i + object < call.getNumArgs(); ++i)
      if (is_followed(body->getParamDecl(i)->getType()))
        arguments.emplace_back(body->getParamDecl(i), call.getArg(i + object));
    if (reporting_) {
      const TestedFacts passed = seen_inside(arguments, facts);
      const auto [known, added] = entry_.parameters.try_emplace(body, passed);
      if (!added) known->second.meet(passed);
    }
    for (const auto& [parameter, argument] : arguments) {
      const clang::QualType type = parameter->getType();
      const bool may_change = type->isLValueReferenceType() && !type.getNonReferenceType().isConstQualified();
      if (const auto path = object_path(argument); path && may_change) facts.assign(*path);
    }
  }

  /// A function of ours uses what it is given, unless it tests it itself.
  void report_untested_arguments(const clang::CallExpr& call, const TestedFacts& facts) {
    if (llvm::isa<clang::CXXMemberCallExpr, clang::CXXOperatorCallExpr>(call) || source_object(call)) return;
    for (const clang::Expr* argument : call.arguments())
      if (tested_class(argument->getType()) && !facts.is_tested(argument))
        report(*argument, fault_of_untested(*argument, facts));
  }

  using Arguments = std::vector<std::pair<const clang::ParmVarDecl*, const clang::Expr*>>;

  /// What the called function knows about its parameters: whether they are tested, and which were taken from which.
  static TestedFacts seen_inside(const Arguments& arguments, const TestedFacts& facts) {
    TestedFacts inside;
    for (const auto& [parameter, argument] : arguments) {
      KnownValue value{facts.is_tested(argument), {}, {}, facts.is_asked(argument)};
      const ObjectPaths outside = facts.implied(argument, true);
      for (const auto& [other, source] : arguments)
        if (const auto path = object_path(source); path && outside.contains(*path))
          value.if_true.insert({other->getCanonicalDecl()});
      inside.add({parameter->getCanonicalDecl()}, std::move(value));
    }
    return inside;
  }

  void report(const clang::Expr& object, const Wording& fault) {
    const clang::ASTContext& context = function_.function->getASTContext();
    const llvm::StringRef source =
        clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(object.getSourceRange()),
                                    context.getSourceManager(), context.getLangOpts());
    const std::string name = source.empty() || source.contains('\n') ? "this" : "'" + source.str() + "'";
    diagnostics_.error(function_, object.getBeginLoc(), Rule::of_header(fault.first), name + " " + fault.second);
  }

  const ReachedFunction& function_;
  Entry& entry_;
  Diagnostics& diagnostics_;
  std::unique_ptr<clang::CFG> graph_;
  FactsOfBlocks at_start_;
  FactsOfBlocks after_round_;  ///< at the start of a loop's condition, from the rounds before
  bool reporting_ = false;
};

bool is_followed(const ReachedFunction& function, const Diagnostics& diagnostics) {
  if (is_trusted(*function.function, diagnostics)) return false;
  return llvm::any_of(function.body.statements, [](const clang::Stmt* statement) {
    const auto* expression = llvm::dyn_cast<clang::Expr>(statement);
    return expression && tested_class(expression->getType());
  });
}

}  // namespace

/// A use of an object that must be tested first (a class annotated EBPFXX_ABI_TESTED) on a path where it was not.
void check_tested(const Source& source, Diagnostics& diagnostics) {
  FunctionFlow::Entry entry;
  for (const auto& function : source.functions)
    if (is_followed(*function, diagnostics)) FunctionFlow(*function, entry, diagnostics).run();
}

}  // namespace ebpfxx::cc
