#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Analysis/Analyses/CFGReachabilityAnalysis.h>
#include <clang/Analysis/CFG.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// A statement that writes a covered field of a header, or that may write the header's checksum.
struct Write {
  const ReachedFunction* function;
  const clang::Stmt* statement;
  const clang::RecordDecl* header;  ///< null where the checksum may be any header's
  const clang::FieldDecl* field = nullptr;
};

bool is_checksum(const clang::ValueDecl& member) {
  return llvm::isa<clang::FieldDecl>(member) && member.getName() == abi::checksum_field;
}

bool has_checksum(const clang::RecordDecl& header) {
  return llvm::any_of(header.fields(), [](const clang::FieldDecl* field) { return is_checksum(*field); });
}

/// What an assignment, a step or an operator of a class assigns to; null for other statements.
const clang::Expr* assigned(const clang::Stmt& statement) {
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&statement))
    return binary->isAssignmentOp() ? binary->getLHS() : nullptr;
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(&statement))
    return unary->isIncrementDecrementOp() ? unary->getSubExpr() : nullptr;
  const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement);
  return call && call->isAssignmentOp() ? call->getArg(0) : nullptr;
}

/// The field of a header in the packet that `target` is, or is a part of.
const clang::FieldDecl* packet_field(const clang::Expr* target) {
  for (;;) {
    target = target->IgnoreParenImpCasts();
    if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(target)) {
      target = element->getBase();
      continue;
    }
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(target);
    if (!member) return nullptr;
    const auto* access = llvm::dyn_cast<clang::CXXOperatorCallExpr>(member->getBase()->IgnoreParenImpCasts());
    if (access && annotated_class(access->getArg(0)->getType(), abi::header_access_annotation))
      return llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    target = member->getBase();
  }
}

/// Whether `statement` gives the field the value of another in the same header, as when two addresses are exchanged:
/// the sum over both stays what it was.
bool moves_field(const clang::Stmt& statement, const clang::RecordDecl& header) {
  const clang::Expr* value = nullptr;
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&statement);
      binary && !binary->isCompoundAssignmentOp())
    value = binary->getRHS();
  if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement);
      call && call->getOperator() == clang::OO_Equal)
    value = call->getArg(1);
  if (!value) return false;
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(value->IgnoreUnlessSpelledInSource());
  const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  if (variable && variable->hasInit()) value = variable->getInit();
  const clang::FieldDecl* moved = packet_field(value->IgnoreUnlessSpelledInSource());
  return moved && moved->getParent() == &header;
}

/// The header that a call of amend_checksum names; null for other calls that may write a checksum.
const clang::RecordDecl* amended_header(const clang::CallExpr& call) {
  for (const clang::Expr* argument : call.arguments()) {
    const auto* found = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
        annotated_class(argument->getType(), abi::tested_annotation));
    if (found && found->getTemplateArgs().size() > 0 &&
        found->getTemplateArgs()[0].getKind() == clang::TemplateArgument::Type)
      return found->getTemplateArgs()[0].getAsType()->getAsRecordDecl();
  }
  return nullptr;
}

std::vector<Write> covered_writes(const ReachedFunction& function) {
  std::vector<Write> writes;
  for (const clang::Stmt* statement : function.body.statements)
    if (const clang::Expr* target = assigned(*statement))
      if (const clang::FieldDecl* field = packet_field(target); field && !is_checksum(*field) &&
                                                                has_checksum(*field->getParent()) &&
                                                                !moves_field(*statement, *field->getParent()))
        writes.push_back({&function, statement, field->getParent(), field});
  return writes;
}

/// Whoever names a checksum is taken to amend it.
std::vector<Write> amendments(const ReachedFunction& function) {
  std::vector<Write> found;
  for (const clang::Stmt* statement : function.body.statements) {
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement);
        member && is_checksum(*member->getMemberDecl()))
      found.push_back({&function, statement, llvm::cast<clang::FieldDecl>(member->getMemberDecl())->getParent()});
    const auto* call = llvm::dyn_cast<clang::CallExpr>(statement);
    const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
    if (callee && has_annotation(callee, abi::writes_checksum_annotation))
      found.push_back({&function, statement, amended_header(*call)});
  }
  return found;
}

/// Whether some path of `function` leads over both statements.
bool share_a_path(const clang::FunctionDecl& function, const clang::Stmt* one, const clang::Stmt* other) {
  clang::CFG::BuildOptions options;
  options.setAllAlwaysAdd();
  const auto graph = clang::CFG::buildCFG(&function, function.getBody(), &function.getASTContext(), options);
  if (!graph) return true;
  const auto block_of = [&](const clang::Stmt* statement) -> const clang::CFGBlock* {
    for (const clang::CFGBlock* block : *graph)
      for (const clang::CFGElement& element : *block)
        if (const auto here = element.getAs<clang::CFGStmt>(); here && here->getStmt() == statement) return block;
    return nullptr;
  };
  const clang::CFGBlock *first = block_of(one), *second = block_of(other);
  if (!first || !second || first == second) return true;
  clang::CFGReverseBlockReachabilityAnalysis reachability(*graph);
  return reachability.isReachable(first, second) || reachability.isReachable(second, first);
}

bool amends(const Write& amendment, const Write& write) {
  if (amendment.header && amendment.header->getCanonicalDecl() != write.header->getCanonicalDecl()) return false;
  return amendment.function != write.function ||
         share_a_path(*write.function->function, write.statement, amendment.statement);
}

void check_program(const Program& program, Diagnostics& diagnostics) {
  std::vector<Write> writes, amended;
  const std::vector<Program> programs = {program};
  const ReachedFunctions functions = reachable(programs);
  for (const auto& function : functions) {
    if (!diagnostics.user_code()->contains(function->function->getLocation())) continue;
    llvm::append_range(writes, covered_writes(*function));
    llvm::append_range(amended, amendments(*function));
  }
  for (const Write& write : writes) {
    if (llvm::any_of(amended, [&](const Write& amendment) { return amends(amendment, write); })) continue;
    const std::string field = write.field->getName().str(), header = write.header->getName().str();
    diagnostics.warning(write.statement->getBeginLoc(), "checksum-unamended",
                        "writes '" + field + "', which the checksum of '" + header +
                            "' covers, and amends it on no path; use 'amend_checksum' with the change that 'replace<&" +
                            header + "::" + field + ">' returns",
                        {{program.variable->getLocation(), "in this program"}});
  }
}

/// The expressions in `statement` whose value nobody takes: those among statements that are no expressions, and what
/// variables are made of that nobody reads.
std::vector<const clang::Expr*> dropped_values(const clang::Stmt& statement) {
  std::vector<const clang::Expr*> values;
  if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(&statement)) {
    for (const clang::Decl* declared : declarations->decls())
      if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declared);
          variable && !variable->isReferenced() && !variable->hasAttr<clang::UnusedAttr>() && variable->hasInit())
        values.push_back(variable->getInit());
  } else if (!llvm::isa<clang::Expr, clang::ReturnStmt>(statement)) {
    for (const clang::Stmt* child : statement.children())
      if (const auto* value = llvm::dyn_cast_or_null<clang::Expr>(child)) values.push_back(value);
  }
  return values;
}

void check_dropped(const ReachedFunction& function, Diagnostics& diagnostics) {
  for (const clang::Stmt* statement : function.body.statements)
    for (const clang::Expr* value : dropped_values(*statement))
      if (annotated_class(value->getType(), abi::checksum_change_annotation))
        diagnostics.warning(value->getBeginLoc(), "checksum-unamended",
                            "drops what a replaced field changes in a checksum; hand it to 'amend_checksum'");
}

}  // namespace

/// Fields of a packet's headers that a checksum covers, written by a program that amends the checksum on no path; and
/// the changes of such fields (EBPFXX_ABI_CHECKSUM_CHANGE) that are dropped.
void check_checksum_unamended(const Source& source, Diagnostics& diagnostics) {
  bool writes = false;
  for (const auto& function : source.functions) {
    if (!diagnostics.user_code()->contains(function->function->getLocation())) continue;
    check_dropped(*function, diagnostics);
    writes |= !covered_writes(*function).empty();
  }
  if (!writes) return;
  for (const Program& program : source.unit.programs) check_program(program, diagnostics);
}

}  // namespace ebpfxx::cc
