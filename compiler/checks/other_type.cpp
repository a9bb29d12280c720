#include "checks/other_type.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Type.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>
#include <clang/Sema/Sema.h>
#include <clang/Sema/SemaDiagnostic.h>
#include <llvm/ADT/StringSet.h>

#include <optional>

#include "checks/told_types.hpp"

namespace ebpfxx::cc {
namespace {

struct Conversion {
  clang::QualType from, to;
};

bool is_address(llvm::StringRef name) { return name.ends_with("Address"); }

/// The name of an enumeration of the language, or nothing.
llvm::StringRef enumeration_of(clang::QualType type) {
  const auto* of = type.getNonReferenceType()->getAs<clang::EnumType>();
  const auto* space = of ? llvm::dyn_cast<clang::NamespaceDecl>(of->getDecl()->getDeclContext()) : nullptr;
  return space && space->getName() == "ebpfxx" ? of->getDecl()->getName() : llvm::StringRef();
}

std::string quoted(clang::QualType type) {
  clang::LangOptions cpp;
  cpp.CPlusPlus = true;
  return "'" + type.getNonReferenceType().getAsString(clang::PrintingPolicy(cpp)) + "'";
}

/// What a value is, for a sentence.
std::string noun(clang::QualType type) {
  type = type.getNonReferenceType();
  const llvm::StringRef name = language_name(type);
  if (is_address(name)) return "an address";
  if (name == "Prefix") return "a prefix";
  if (is_found_header(type)) return "a header that may not be there";
  if (name == "BigEndian") return "a big-endian field";
  if (name == "LookupResult") return "what a lookup found";
  if (name == "Text") return "a Text";
  if (name == "packet" || name == "header" || name == "Config" || name == "Global") return "a " + name.str();
  if (const llvm::StringRef of = enumeration_of(type); !of.empty()) return ("an enumerator of '" + of + "'").str();
  if (type->isNullPtrType()) return "a null pointer";
  if (type->isFloatingType()) return "a floating-point number";
  if (type->isIntegerType() && !type->isEnumeralType()) return "a number";
  const clang::QualType element =
      type->isArrayType() ? type->getAsArrayTypeUnsafe()->getElementType() : type->getPointeeType();
  if (!element.isNull() && element->isCharType()) return "text";
  return "a value of type " + quoted(type);
}

/// What a value of a type of the language is made of, or nothing.
std::string way_to_make(clang::QualType type) {
  const llvm::StringRef name = language_name(type);
  if (name == "BigEndian") return "give it a value of the type of its 'value()'";
  if (is_address(name) || name == "Prefix") return "give it another one, a constant text, or what 'from_text' reads";
  if (name == "LookupResult") return "assign to '*' of it, once it is tested";
  if (name == "Text") return "fill its 'characters', or take what 'current_command' and 'kernel_text' return";
  if (const llvm::StringRef of = enumeration_of(type); !of.empty())
    return ("write one of its enumerators, or '" + of + "(number)'").str();
  return "";
}

/// Whether a type is a pointer to the header that the other one is.
bool points_to_header(clang::QualType pointer, clang::QualType header) {
  const clang::QualType pointee = pointer->getPointeeType();
  return !pointee.isNull() && language_name(header) == "header" && !header->isPointerType() &&
         pointee->getAsCXXRecordDecl() == header->getAsCXXRecordDecl();
}

std::string said_of(const Conversion& conversion) {
  const clang::QualType pointee = conversion.from->getPointeeType();
  if (is_found_header(conversion.from) || (!pointee.isNull() && is_found_header(pointee)))
    return "takes a header that may not be there for " + quoted(conversion.to) +
           "; test it, read its fields by '->', and copy it by '*'";
  if (points_to_header(conversion.to, conversion.from))
    return "takes a copy of a header for a pointer; read fields by '->', or name the copy, as in 'auto header = *ip'";
  const std::string way = way_to_make(conversion.to);
  const llvm::StringRef enumeration = enumeration_of(conversion.to);
  const std::string to = enumeration.empty() ? noun(conversion.to) : "'" + enumeration.str() + "'";
  return way.empty() ? "" : "gives " + to + " " + noun(conversion.from) + "; " + way;
}

/// The types of an error about a conversion, in the order in which clang tells them.
std::optional<Conversion> conversion_in(const clang::Diagnostic& diagnostic) {
  const std::vector<clang::QualType> types = types_in(diagnostic);
  if (types.size() < 2) return std::nullopt;
  switch (diagnostic.getID()) {
    case clang::diag::err_init_conversion_failed:
      return Conversion{types[1], types[0]};
    case clang::diag::err_typecheck_convert_incompatible: {
      const auto action = static_cast<clang::Sema::AssignmentAction>(diagnostic.getRawArg(2));
      const bool target_first = action == clang::Sema::AA_Assigning || action == clang::Sema::AA_Initializing;
      return target_first ? Conversion{types[1], types[0]} : Conversion{types[0], types[1]};
    }
    case clang::diag::err_ovl_no_viable_oper:
      return Conversion{types[1], types[0]};
    case clang::diag::err_typecheck_nonviable_condition:
    case clang::diag::err_bad_cxx_cast_generic:
    case clang::diag::err_bad_static_cast_pointer_nonpointer:
    case clang::diag::note_ovl_candidate_bad_conv:
      return Conversion{types[0], types[1]};
    default:
      return std::nullopt;
  }
}

bool is_stream(clang::QualType type) {
  const clang::CXXRecordDecl* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() && record->getName() == "basic_ostream";
}

std::string said_of_comparison(const std::vector<clang::QualType>& types) {
  if (types.size() < 2) return "";
  const auto is_ours = [](clang::QualType type) {
    return !language_name(type).empty() || !enumeration_of(type).empty();
  };
  if (!is_ours(types[0]) && !is_ours(types[1])) return "";
  if (is_stream(types[0]))
    return "prints " + noun(types[1]) + "; what streams print is in '#include <ebpfxx/text.hpp>'";
  return "combines " + noun(types[0]) + " and " + noun(types[1]) + " by an operator that does not take both";
}

std::string said_of_returned(const std::vector<clang::QualType>& types) {
  for (const clang::QualType type : types)
    if (enumeration_of(type).ends_with("Verdict"))
      return "returns both " + noun(types[0]) + " and " + noun(types[1]) + "; return a verdict of the hook everywhere";
  return "";
}

/// Whether packets or connections have a context field of this name.
bool is_context_field(llvm::StringRef name) {
  static const llvm::StringSet<> names{
      "control",
#define EBPFXX_SKB_FIELD(name, Type, member, in_test_run) #name,
#include <ebpfxx/context/skb_fields.inc>
#define EBPFXX_CONNECTION_FIELD(name, Type, member) #name,
#include <ebpfxx/socket/connection_fields.inc>
  };
  return names.contains(name);
}

/// The source text of the first range that a diagnostic marks.
llvm::StringRef marked_text(const clang::Diagnostic& error) {
  if (error.getNumRanges() == 0 || !error.hasSourceManager()) return "";
  return clang::Lexer::getSourceText(error.getRange(0), error.getSourceManager(), clang::LangOptions());
}

/// Of a change to what a call returns, which is a copy: of a field of the context, or of a big-endian field's number.
std::string said_of_changed_copy(llvm::StringRef call) {
  if (!call.consume_back("()")) return "";
  if (call.ends_with(">")) call = call.take_front(call.rfind('<'));
  const std::size_t name_begin = call.find_last_not_of("abcdefghijklmnopqrstuvwxyz_") + 1;
  const llvm::StringRef name = call.drop_front(name_begin);
  if (name_begin == 0) return "";
  if (name == "value") return "changes a copy of a field's number; assign to the field itself";
  if (!is_context_field(name)) return "";
  return ("changes a copy of '" + name + "'; where the hook lets programs change it, there is 'set_" + name + "(...)'")
      .str();
}

std::string said_of_uncalled(llvm::StringRef field) {
  if (!is_context_field(field)) return "";
  return ("takes '" + field + "' without calling it; write '" + field + "()', or 'set_" + field + "(...)' to change it")
      .str();
}

bool is_about_number_of_arguments(const clang::Diagnostic& note) {
  return note.getID() == clang::diag::note_ovl_candidate_arity ||
         note.getID() == clang::diag::note_ovl_candidate_arity_one;
}

/// The function that no call of fits, by an error that says so; empty for any other error.
llvm::StringRef called_name(const clang::StoredDiagnostic& error) {
  switch (error.getID()) {
    case clang::diag::err_ovl_no_viable_function_in_call:
    case clang::diag::err_ovl_no_viable_member_function_in_call:
      return name_at(error.getLocation());
    default:
      return "";
  }
}

bool is_in_language(const clang::Diagnostic& note) {
  if (note.getLocation().isInvalid()) return false;
  const clang::SourceManager& sources = note.getSourceManager();
  return sources.getFilename(sources.getFileLoc(note.getLocation())).contains("ebpfxx/");
}

}  // namespace

std::string other_type(const clang::Diagnostic& error) {
  switch (error.getID()) {
    case clang::diag::err_typecheck_invalid_operands:
      return said_of_comparison(types_in(error));
    case clang::diag::err_typecheck_missing_return_type_incompatible:
      return said_of_returned(types_in(error));
    case clang::diag::err_typecheck_expression_not_modifiable_lvalue:
    case clang::diag::err_typecheck_invalid_lvalue_addrof:
    case clang::diag::err_lvalue_reference_bind_to_temporary:
      return said_of_changed_copy(marked_text(error));
    case clang::diag::err_bound_member_function:
      return said_of_uncalled(name_at(error));
    default:
      const std::optional<Conversion> conversion = conversion_in(error);
      return conversion ? said_of(*conversion) : "";
  }
}

std::string other_type_in(const clang::Diagnostic& note, const clang::StoredDiagnostic& error) {
  const llvm::StringRef called = called_name(error);
  if (is_about_number_of_arguments(note))
    return called.starts_with("set_") && is_in_language(note)
               ? "gives '" + called.str() + "' more or fewer than the one value that it takes"
               : "";
  const std::optional<Conversion> conversion = conversion_in(note);
  if (!conversion) return "";
  if (const std::string said = said_of(*conversion); !said.empty()) return said;
  if (called.empty() || !is_in_language(note)) return "";
  return "gives '" + called.str() + "' " + noun(conversion->from) + ", and it takes " + noun(conversion->to);
}

}  // namespace ebpfxx::cc
