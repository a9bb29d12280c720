#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/Builtins.h>
#include <llvm/ADT/DenseSet.h>

#include <ebpfxx/abi.hpp>

#include "base/kernel_types.hpp"
#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

std::string name_of(clang::QualType type) {
  const std::string name = type->getAsRecordDecl()->getNameAsString();
  return name.empty() ? "a struct without a name" : "'" + name + "'";
}

clang::QualType pointee(const clang::Expr& expression) {
  const clang::QualType type = expression.IgnoreParenImpCasts()->getType();
  return type->isPointerType() ? type->getPointeeType() : clang::QualType();
}

class KernelTypeCheck {
 public:
  KernelTypeCheck(const ReachedFunction& function, Diagnostics& diagnostics)
      : function_(function), diagnostics_(diagnostics) {}

  void look_at(const clang::Stmt& statement) {
    if (const auto* expression = llvm::dyn_cast<clang::Expr>(&statement)) look_at_pointer(*expression);
    if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(&statement)) return look_at(*construction);
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&statement)) return look_at(*call);
    if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&statement)) return look_at(*operation);
    if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(&statement)) return look_at(*operation);
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&statement)) return look_at(*member);
    if (const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(&statement)) return look_at(*subscript);
    if (const auto* conversion = llvm::dyn_cast<clang::BuiltinBitCastExpr>(&statement);
        conversion && is_kernel_record(conversion->getSubExpr()->getType()))
      return copies(conversion->getSubExpr()->getType(), statement.getBeginLoc());
    if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(&statement); list && is_kernel_record(list->getType()))
      return makes(list->getType(), list->getBeginLoc());
    look_at_constants(statement, statement.getBeginLoc());
  }

 private:
  void report(clang::SourceLocation where, const std::string& message) {
    diagnostics_.error(function_, where, "kernel-type", message);
  }

  void copies(clang::QualType type, clang::SourceLocation where) {
    report(where, "copies a whole " + name_of(type) + ", which other kernels lay out in another way; copy its fields");
  }

  void makes(clang::QualType type, clang::SourceLocation where) {
    report(where, "makes " + name_of(type) +
                      " of its own, which other kernels lay out in another way; keep its fields "
                      "in a struct of yours");
  }

  void look_at(const clang::CXXConstructExpr& construction) {
    const clang::QualType type = construction.getType();
    if (!is_kernel_record(type) || construction.isElidable()) return;
    if (construction.getConstructor()->isCopyOrMoveConstructor()) return copies(type, construction.getBeginLoc());
    makes(type, construction.getBeginLoc());
  }

  void look_at(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    if (method && (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator()) &&
        is_kernel_record(method->getThisType()->getPointeeType()))
      return copies(method->getThisType()->getPointeeType(), call.getBeginLoc());
    if (!callee || callee->getMemoryFunctionKind() == 0) return;
    for (const clang::Expr* argument : call.arguments())
      if (is_kernel_record(pointee(*argument))) return copies(pointee(*argument), call.getBeginLoc());
  }

  void look_at(const clang::BinaryOperator& operation) {
    if (operation.isPtrMemOp()) {
      const auto* type = operation.getRHS()->getType()->getAs<clang::MemberPointerType>();
      if (type && is_kernel_record(clang::QualType(type->getClass(), 0)))
        report(operation.getOperatorLoc(),
               "reads a field of " + name_of(clang::QualType(type->getClass(), 0)) +
                   " through a pointer to member, which does not follow the running kernel; "
                   "name the field in a member expression");
    } else if (operation.isAdditiveOp() || operation.isCompoundAssignmentOp()) {
      for (const clang::Expr* side : {operation.getLHS(), operation.getRHS()})
        counts_in(*side, operation.getOperatorLoc());
    }
  }

  void look_at(const clang::UnaryOperator& operation) {
    if (operation.isIncrementDecrementOp()) counts_in(*operation.getSubExpr(), operation.getOperatorLoc());
  }

  void look_at(const clang::ArraySubscriptExpr& subscript) { counts_in(*subscript.getBase(), subscript.getBeginLoc()); }

  void counts_in(const clang::Expr& pointer, clang::SourceLocation where) {
    if (is_kernel_record(pointee(pointer)))
      report(where, "steps over whole objects of " + name_of(pointee(pointer)) +
                        ", which have another size in other kernels; index their array, as in "
                        "'array[i]', or follow the kernel's own pointers");
  }

  void look_at(const clang::MemberExpr& member) {
    const auto* field = llvm::dyn_cast<clang::FieldDecl>(member.getMemberDecl());
    if (!field) return;
    const clang::QualType record = record_of(*field);
    if (!is_kernel_record(record) && stands_in_kernel_record(*member.getBase()))
      return unmarked(record, member.getMemberLoc());
    if (field->isBitField() && is_kernel_record(record))
      report(member.getMemberLoc(), "uses the bit-field '" + field->getNameAsString() + "' of " + name_of(record) +
                                        ", whose bits other kernels have elsewhere; use a field of whole bytes");
  }

  static clang::QualType record_of(const clang::FieldDecl& field) {
    return field.getASTContext().getRecordType(field.getParent());
  }

  /// Whether the object is a field of a kernel's object, or what one points to.
  static bool stands_in_kernel_record(const clang::Expr& object) {
    const clang::Expr* inner = object.IgnoreParenImpCasts();
    while (const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(inner))
      inner = subscript->getBase()->IgnoreParenImpCasts();
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner);
    const auto* field = member ? llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
    return field && is_kernel_record(record_of(*field));
  }

  void unmarked(clang::QualType type, clang::SourceLocation where) {
    report(where, "takes " + name_of(type) +
                      " for a type of the kernel, which it is not marked as; declare it 'struct "
                      "EBPFXX_KERNEL_TYPE " +
                      type->getAsRecordDecl()->getNameAsString() + "'");
  }

  /// What a KernelPointer points to.
  void look_at_pointer(const clang::Expr& expression) {
    const auto* pointer = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
        annotated_class(expression.getType(), abi::kernel_pointer_annotation));
    if (!pointer) return;
    const clang::QualType object = pointer->getTemplateArgs()[0].getAsType();
    const clang::RecordDecl* record = object->getAsRecordDecl();
    if (record && record->getDefinition() && !is_kernel_record(object)) unmarked(object, expression.getBeginLoc());
  }

  /// Offsets and sizes, also those that were put into constants before.
  void look_at_constants(const clang::Stmt& statement, clang::SourceLocation where) {
    if (const auto* offset = llvm::dyn_cast<clang::OffsetOfExpr>(&statement))
      if (const clang::QualType type = offset->getTypeSourceInfo()->getType(); is_kernel_record(type))
        return report(where, "asks for an offset in " + name_of(type) +
                                 ", which is another one in other kernels; name the field in a member expression");
    if (const auto* trait = llvm::dyn_cast<clang::UnaryExprOrTypeTraitExpr>(&statement);
        trait && trait->getKind() == clang::UETT_SizeOf && is_kernel_record(trait->getTypeOfArgument()))
      return report(where, "asks for the size of " + name_of(trait->getTypeOfArgument()) +
                               ", which is another one in other kernels; use its fields");
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&statement)) look_into_constant(*reference, where);
  }

  void look_into_constant(const clang::DeclRefExpr& reference, clang::SourceLocation where) {
    const auto* constant = llvm::dyn_cast<clang::VarDecl>(reference.getDecl());
    if (!constant || !constant->isConstexpr() || !constant->getType()->isIntegralOrEnumerationType()) return;
    if (constant->getAnyInitializer() && seen_.insert(constant->getCanonicalDecl()).second)
      look_through(*constant->getAnyInitializer(), where);
  }

  void look_through(const clang::Stmt& statement, clang::SourceLocation where) {
    look_at_constants(statement, where);
    for (const clang::Stmt* part : statement.children())
      if (part) look_through(*part, where);
  }

  const ReachedFunction& function_;
  Diagnostics& diagnostics_;
  llvm::DenseSet<const clang::VarDecl*> seen_;
};

}  // namespace

/// kernel-type: what would read a kernel's object where the build's header has it, not where the running kernel does.
/// clang relocates member expressions only.
void check_kernel_type(const ReachedFunction& function, Diagnostics& diagnostics) {
  // How a copy copies its parts is the fault of who asked for it.
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function.function);
      method && method->isImplicit() && is_kernel_record(method->getThisType()->getPointeeType()))
    return;
  KernelTypeCheck check(function, diagnostics);
  for (const clang::Stmt* statement : function.body.statements) check.look_at(*statement);
}

}  // namespace ebpfxx::cc
