#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/Type.h>
#include <clang/Sema/SemaDiagnostic.h>

#include <string>
#include <vector>

#include "base/error_printer.hpp"
#include "checks/other_spelling.hpp"
#include "checks/other_type.hpp"
#include "checks/rules.hpp"
#include "checks/told_types.hpp"

namespace ebpfxx::cc {
namespace {

constexpr Rule rule = "packet-write";
constexpr Rule spelling_rule = "conversion";

constexpr llvm::StringLiteral through_access =
    "writes to a packet that this hook only reads; use a hook that may write, as Lwt::Xmit, or change a copy";
constexpr llvm::StringLiteral header =
    "changes a header that is only read; write fields by '->' and headers by 'bytes().write' in a hook that may write, "
    "or change a copy";
constexpr llvm::StringLiteral field = "changes a field that is only read; use a hook that may write, or change a copy";
constexpr llvm::StringLiteral by_library =
    "changes what is const, as a packet is in a hook that only reads it; change a copy";
constexpr llvm::StringLiteral address_of_copy =
    "takes the address of a copy of a header, which is gone at once; name the copy, as in 'auto header = *ip'";
constexpr llvm::StringLiteral access_as_pointer =
    "takes what '->' gives for a pointer; read and write fields by '->', or name a copy, as in 'auto header = *ip'";

/// Whether programs read packets as this class: a specialization of Parsed or Copied says so.
bool is_read_from_packets(const clang::CXXRecordDecl& record) {
  clang::ASTContext& context = record.getASTContext();
  const clang::QualType type = context.getRecordType(&record).getCanonicalType();
  for (const clang::NamedDecl* space : context.getTranslationUnitDecl()->lookup(&context.Idents.get("ebpfxx")))
    if (const auto* language = llvm::dyn_cast<clang::NamespaceDecl>(space))
      for (const char* name : {"Parsed", "Copied"})
        for (const clang::NamedDecl* found : language->lookup(&context.Idents.get(name)))
          if (const auto* of = llvm::dyn_cast<clang::ClassTemplateDecl>(found))
            for (const clang::ClassTemplateSpecializationDecl* specialization : of->specializations())
              if (specialization->getTemplateArgs()[0].getAsType().getCanonicalType() == type) return true;
  return false;
}

bool is_of_language(const clang::Decl& declaration) {
  const clang::DeclContext* space = declaration.getDeclContext();
  while (space && !space->getParent()->isTranslationUnit()) space = space->getParent();
  const auto* named = llvm::dyn_cast_or_null<clang::NamespaceDecl>(space);
  return named && named->getName() == "ebpfxx";
}

/// What is said of a change to an object of this type, or nothing: of a class for which packets have bytes, as it is or
/// as what a pointer or reference leads to.
llvm::StringRef said_of_change(clang::QualType type) {
  if (!type->getPointeeType().isNull()) type = type->getPointeeType();
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  if (!type.isConstQualified() || !record || !record->hasDefinition()) return "";
  if (record->getASTContext().getTypeAlignInChars(type).getQuantity() != 1) return "";
  if (is_read_from_packets(*record)) return header;
  if (!is_of_language(*record) || !record->isTriviallyCopyable()) return "";
  return record->isAggregate() ? header : field;
}

llvm::StringRef said_of_first(const std::vector<clang::QualType>& types) {
  for (const clang::QualType type : types)
    if (const llvm::StringRef said = said_of_change(type); !said.empty()) return said;
  return "";
}

/// Of an error about an assignment to something constant. One whose function is `->` names that.
llvm::StringRef said_of_assignment(const clang::Diagnostic& error) {
  for (unsigned i = 0; i < error.getNumArgs(); ++i) {
    if (error.getArgKind(i) != clang::DiagnosticsEngine::ak_nameddecl) continue;
    const auto* method =
        llvm::dyn_cast<clang::CXXMethodDecl>(reinterpret_cast<const clang::NamedDecl*>(error.getRawArg(i)));
    if (method && method->getOverloadedOperator() == clang::OO_Arrow && is_of_language(*method->getParent()))
      return method->getParent()->getName() == "HeaderAccess" ? through_access : header;
  }
  return said_of_first(types_in(error));
}

/// Of an error about a type that does not become another: a pointer or reference to something constant, which is to be
/// one by which it could be changed.
llvm::StringRef said_of_conversion(const std::vector<clang::QualType>& types) {
  for (const clang::QualType type : types) {
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (record && record->getName() == "HeaderAccess" && is_of_language(*record)) return access_as_pointer;
  }
  for (const clang::QualType type : types) {
    const clang::QualType pointee = type->getPointeeType();
    if (!pointee.isNull() && !pointee.isConstQualified() && !is_found_header(pointee)) return said_of_first(types);
  }
  return "";
}

/// What is to be said instead of an error; nothing of most.
llvm::StringRef said_of(const clang::Diagnostic& error) {
  switch (error.getID()) {
    case clang::diag::err_typecheck_assign_const:
      return said_of_assignment(error);
    case clang::diag::err_typecheck_illegal_increment_decrement:
    case clang::diag::err_lvalue_reference_bind_to_temporary:
    case clang::diag::err_reference_bind_drops_quals:
      return said_of_first(types_in(error));
    case clang::diag::ext_typecheck_addrof_temporary:
      return said_of_first(types_in(error)).empty() ? llvm::StringRef() : llvm::StringRef(address_of_copy);
    case clang::diag::err_init_conversion_failed:
    case clang::diag::err_typecheck_convert_incompatible:
    case clang::diag::err_typecheck_nonviable_condition:
    case clang::diag::err_auto_var_deduction_failure:
      return said_of_conversion(types_in(error));
    default:
      return "";
  }
}

bool is_about_constant(const clang::Diagnostic& error) {
  return error.getID() == clang::diag::err_typecheck_assign_const ||
         error.getID() == clang::diag::err_typecheck_expression_not_modifiable_lvalue;
}

/// The same of a function or an operator that could be called but for this: the note says why not.
llvm::StringRef said_of_candidate(const clang::Diagnostic& note) {
  switch (note.getID()) {
    case clang::diag::note_ovl_candidate_bad_cvr:
    case clang::diag::note_ovl_candidate_bad_cvr_this:
    case clang::diag::note_ovl_candidate_inconsistent_deduction:
      return said_of_first(types_in(note));
    default:
      return "";
  }
}

std::string with_rule(llvm::StringRef said, Rule of = rule) {
  return said.empty() ? std::string() : (said + " [ebpfxx-" + of.name() + "]").str();
}

class InOurWords : public ErrorPrinter {
 public:
  using ErrorPrinter::ErrorPrinter;

 private:
  std::string words_for(const clang::Diagnostic& error, bool in_library) const override {
    const llvm::StringRef said = said_of(error);
    if (!said.empty()) return with_rule(said);
    if (in_library && is_about_constant(error)) return with_rule(by_library);
    const std::string spelling = other_spelling(error);
    return with_rule(spelling.empty() ? other_type(error) : spelling, spelling_rule);
  }
  std::string words_for_note(const clang::Diagnostic& note, const clang::StoredDiagnostic& error) const override {
    const llvm::StringRef said = said_of_candidate(note);
    if (!said.empty()) return with_rule(said);
    const std::string spelling = other_spelling_in(note);
    return with_rule(spelling.empty() ? other_type_in(note, error) : spelling, spelling_rule);
  }
};

}  // namespace

/// From here on, an error about a change to something constant that is a packet's says so, instead of what C++ has to
/// say of overloads and conversions. So does one about a spelling of other libraries, whose printer this is too: what
/// it has printed has no types any more.
void check_packet_write(clang::DiagnosticsEngine& engine) {
  engine.setClient(new InOurWords(engine, engine.takeClient()), /*ShouldOwnClient=*/true);
}

}  // namespace ebpfxx::cc
