#include "base/diagnostics.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>

namespace ebpfxx::cc {
namespace {

const clang::CXXRecordDecl* lambda_of(const clang::FunctionDecl& function) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  return method && method->getParent()->isLambda() ? method->getParent() : nullptr;
}

/// The function in whose body the lambda is, when it is on the way to `inner`.
const ReachedFunction* enclosing_function(const ReachedFunction& inner, const clang::CXXRecordDecl& lambda) {
  const auto* parent = llvm::dyn_cast_or_null<clang::FunctionDecl>(lambda.getDeclContext());
  for (const ReachedFunction* outer = inner.caller; parent && outer; outer = outer->caller)
    if (outer->function->getCanonicalDecl() == parent->getCanonicalDecl()) return outer;
  return nullptr;
}

}  // namespace

std::string quoted(const clang::NamedDecl& declaration) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&declaration);
  if (method && method->getParent()->isLambda()) return "the lambda";
  std::string name;
  llvm::raw_string_ostream stream(name);
  declaration.getNameForDiagnostic(stream, declaration.getASTContext().getPrintingPolicy(), /*Qualified=*/true);
  return "'" + name + "'";
}

void Diagnostics::error(clang::SourceLocation where, Rule rule, const std::string& message,
                        const std::vector<Note>& notes) {
  report(Level::Error, where, rule, message, notes);
}

void Diagnostics::warning(clang::SourceLocation where, Rule rule, const std::string& message,
                          const std::vector<Note>& notes) {
  report(Level::Warning, where, rule, message, notes);
}

void Diagnostics::report(Level level, clang::SourceLocation where, Rule rule, const std::string& message,
                         const std::vector<Note>& notes) {
  if (disabled_rules_.contains(std::string(rule.name())) || !is_new(level, where)) return;
  if (level == Level::Error) broken_rules_.emplace(rule.name());
  print(level, where, message + " [ebpfxx-" + std::string(rule.name()) + "]");
  for (const Note& note : notes) print(Level::Note, note.where, note.message);
}

void Diagnostics::error(const ReachedFunction& function, clang::SourceLocation where, Rule rule,
                        const std::string& message, std::vector<Note> notes) {
  CallTrail trail = trail_of(function, where);
  notes.insert(notes.end(), trail.calls.begin(), trail.calls.end());
  error(trail.where, rule, message, notes);
}

CallTrail Diagnostics::trail_of(const ReachedFunction& function, clang::SourceLocation where) const {
  const ReachedFunction* inner = &function;
  CallTrail trail{where, {}};
  if (!user_code_) return trail;
  while (!user_code_->contains(trail.where) && inner->caller) {
    trail.where = inner->call;
    inner = inner->caller;
  }
  if (!user_code_->contains(trail.where)) return {function.program->variable->getLocation(), {}};
  if (trail.where != where && sources().isInSystemHeader(where))
    trail.calls.push_back({where, "the library does so here"});
  const std::size_t calls_begin = trail.calls.size();
  while (inner->caller) {
    const clang::CXXRecordDecl* lambda = lambda_of(*inner->function);
    const ReachedFunction* enclosing = lambda ? enclosing_function(*inner, *lambda) : nullptr;
    if (!enclosing && user_code_->contains(inner->call))
      trail.calls.push_back({inner->call, quoted(*inner->function) + " is called here"});
    inner = enclosing ? enclosing : inner->caller;
  }
  if (trail.calls.size() > calls_begin)
    trail.calls.back().message += ", in program " + quoted(*function.program->variable);
  return trail;
}

bool Diagnostics::is_new(Level level, clang::SourceLocation where) {
  if (where.isInvalid()) return true;
  const clang::SourceLocation expansion = sources().getExpansionLoc(where);
  const std::pair line(sources().getFileID(expansion), sources().getExpansionLineNumber(expansion));
  const auto [told, added] = reported_lines_.try_emplace(line, level);
  if (!added && told->second >= level) return false;
  told->second = level;
  return true;
}

void Diagnostics::print(Level level, clang::SourceLocation where, const std::string& message) {
  engine_.Report(where, engine_.getDiagnosticIDs()->getCustomDiagID(level, "%0")) << message;
}

}  // namespace ebpfxx::cc
