#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallPtrSet.h>

#include <algorithm>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// How many bits the expression's value may have. Types narrower than int compute as int, whose upper bits say nothing
/// of what the author meant.
unsigned bits_of(const clang::Expr& expression, const clang::ASTContext& context) {
  const clang::Expr& inner = *expression.IgnoreParenImpCasts();
  clang::Expr::EvalResult constant;
  if (inner.EvaluateAsInt(constant, context)) {
    const llvm::APSInt& number = constant.Val.getInt();
    return number.isNegative() ? number.getSignificantBits() : number.getActiveBits();
  }
  if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(&inner))
    return std::max(bits_of(*choice->getTrueExpr(), context), bits_of(*choice->getFalseExpr(), context));
  const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(&inner);
  if (!operation) return context.getIntWidth(inner.getType());
  const unsigned left = bits_of(*operation->getLHS(), context), right = bits_of(*operation->getRHS(), context);
  clang::Expr::EvalResult distance;
  switch (operation->getOpcode()) {
    case clang::BO_And:
    case clang::BO_Rem:
      return std::min(left, right);
    case clang::BO_Shl:
    case clang::BO_Div:
      return left;
    case clang::BO_Shr:
      if (!operation->getRHS()->EvaluateAsInt(distance, context)) return left;
      return left - std::min<uint64_t>(left, distance.Val.getInt().getZExtValue());
    default:
      return std::max(left, right);
  }
}

/// The conversion that an argument of a call takes to the type of its parameter; null when it takes none.
const clang::ImplicitCastExpr* conversion(const clang::Expr& argument) {
  const clang::Expr* inner = &argument;
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner)) inner = temporary->getSubExpr();
  const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(inner);
  return cast && cast->getCastKind() == clang::CK_IntegralCast ? cast : nullptr;
}

/// The member whose elements `expression` is one of, or which it is; null where it is no member.
const clang::MemberExpr* member_of(const clang::Expr& expression) {
  const clang::Expr& inner = *expression.IgnoreParenImpCasts();
  if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(&inner)) return member_of(*element->getBase());
  const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&inner);
  if (call && call->getOperator() == clang::OO_Subscript) return member_of(*call->getArg(0));
  return llvm::dyn_cast<clang::MemberExpr>(&inner);
}

/// The types that maps and Globals keep: keys, values and records, and what they are made of.
class KeptTypes {
 public:
  explicit KeptTypes(const TranslationUnit& unit) {
    for (const DeviceVariable& device : unit.variables)
      if (const auto* keeper = device.variable->getType()->getAsCXXRecordDecl()) add_arguments(*keeper);
  }

  /// Whether `member` is a part of an object of such a type.
  bool have(const clang::MemberExpr& member) const {
    clang::QualType type = member.getBase()->getType();
    if (const clang::QualType pointee = type->getPointeeType(); !pointee.isNull()) type = pointee;
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (record && records_.contains(record->getCanonicalDecl())) return true;
    const clang::MemberExpr* outer = member_of(*member.getBase());
    return outer && have(*outer);
  }

 private:
  void add(clang::QualType type) {
    const clang::CXXRecordDecl* record = type->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
    if (!record || !records_.insert(record->getCanonicalDecl()).second) return;
    add_arguments(*record);
    if (!record->hasDefinition() || is_ours(*record)) return;
    for (const clang::FieldDecl* field : record->getDefinition()->fields()) {
      const clang::CXXRecordDecl* part = field->getType()->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
      if (part && !is_ours(*part)) add(field->getType());
    }
  }

  /// What a map has, or a Locked, or an array.
  void add_arguments(const clang::CXXRecordDecl& record) {
    if (const auto* specialization = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(&record))
      add(specialization->getTemplateArgs().asArray());
  }

  void add(llvm::ArrayRef<clang::TemplateArgument> arguments) {
    for (const clang::TemplateArgument& argument : arguments) {
      if (argument.getKind() == clang::TemplateArgument::Pack) add(argument.pack_elements());
      if (argument.getKind() == clang::TemplateArgument::Type) add(argument.getAsType());
    }
  }

  /// Whether it is a type of the library, as an address or a header: elsewhere than in a map, programs write it too.
  static bool is_ours(const clang::CXXRecordDecl& record) {
    return llvm::StringRef(record.getQualifiedNameAsString()).starts_with("ebpfxx::");
  }

  llvm::SmallPtrSet<const clang::CXXRecordDecl*, 16> records_;
};

bool is_atomic(clang::QualType type) {
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  return record && record->getQualifiedNameAsString() == "ebpfxx::Atomic";
}

/// Whether a call on `object` puts what it is given into a map or a variable, or looks for it there.
bool keeps_arguments(const clang::Expr& object) {
  const clang::QualType type = object.IgnoreParenImpCasts()->getType();
  return annotated_class(type, abi::map_annotation) || annotated_class(type, abi::global_annotation) || is_atomic(type);
}

class Narrowings {
 public:
  Narrowings(const ReachedFunction& function, const KeptTypes& kept, Diagnostics& diagnostics)
      : function_(function), kept_(kept), diagnostics_(diagnostics), context_(function.function->getASTContext()) {}

  void check(const clang::Stmt& statement) {
    if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(&statement)) {
      const clang::CXXMethodDecl* method = call->getMethodDecl();
      if (method && keeps_arguments(*call->getImplicitObjectArgument()))
        check_arguments(*method, {call->getArgs(), call->getNumArgs()});
    } else if (const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&statement)) {
      const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(operation->getCalleeDecl());
      if (method && keeps_arguments(*operation->getArg(0)))
        check_arguments(*method, {operation->getArgs() + 1, operation->getNumArgs() - 1});
    } else if (const auto* assignment = llvm::dyn_cast<clang::BinaryOperator>(&statement);
               assignment && assignment->getOpcode() == clang::BO_Assign) {
      const clang::MemberExpr* member = member_of(*assignment->getLHS());
      if (member && kept_.have(*member)) check_value(*assignment->getRHS(), quoted(*member->getMemberDecl()));
    }
  }

 private:
  void check_arguments(const clang::CXXMethodDecl& method, llvm::ArrayRef<const clang::Expr*> arguments) {
    for (const auto& [parameter, argument] : llvm::zip(method.parameters(), arguments))
      check_value(*argument, "the " + parameter->getName().str());
  }

  void check_value(const clang::Expr& value, const std::string& what) {
    const clang::ImplicitCastExpr* cast = conversion(value);
    if (!cast) return;
    const unsigned had = bits_of(*cast->getSubExpr(), context_), has = context_.getIntWidth(cast->getType());
    if (had <= has) return;
    diagnostics_.error(function_, value.getBeginLoc(), "narrowed",
                       "cuts " + what + " from " + std::to_string(had) + " bits to " + std::to_string(has) +
                           ", so that different ones become the same; use a wider type there, or cast where it is "
                           "meant");
  }

  const ReachedFunction& function_;
  const KeptTypes& kept_;
  Diagnostics& diagnostics_;
  const clang::ASTContext& context_;
};

}  // namespace

/// A number that is cut off to become the key, the value or a member of one in a map, a Global or an Atomic.
void check_narrowed(const Source& source, Diagnostics& diagnostics) {
  const KeptTypes kept(source.unit);
  for (const auto& function : source.functions) {
    Narrowings narrowings(*function, kept, diagnostics);
    for (const clang::Stmt* statement : function->body.statements) narrowings.check(*statement);
  }
}

}  // namespace ebpfxx::cc
