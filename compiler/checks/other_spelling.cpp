#include "checks/other_spelling.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/Type.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Sema/SemaDiagnostic.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/Path.h>

#include "checks/told_types.hpp"

namespace ebpfxx::cc {
namespace {

std::string words(const llvm::Twine& said) { return said.str(); }

/// The name of the language's class that an argument of an error is.
llvm::StringRef name_of(const clang::Diagnostic& error, unsigned argument) {
  if (argument >= error.getNumArgs() || error.getArgKind(argument) != clang::DiagnosticsEngine::ak_qualtype) return "";
  return language_name(clang::QualType::getFromOpaquePtr(reinterpret_cast<void*>(error.getRawArg(argument))));
}

/// Of a member that a class does not have.
std::string said_of_member(llvm::StringRef of, llvm::StringRef member) {
  if (of == "header")
    return llvm::StringSwitch<std::string>(member)
        .Cases("next", "bytes", "option", "options", "at", "skip", "require",
               words("asks the fields of a header for '" + member + "'; write '." + member + "' in place of '->" +
                     member + "'"))
        .Default("");
  if (of == "Map")
    return llvm::StringSwitch<std::string>(member)
        .Cases("contains", "count", words("asks a map for '" + member + "'; write 'if (map.find(key))'"))
        .Cases("at", "get", "lookup",
               words("asks a map for '" + member + "'; write 'find(key)', and test what it returns"))
        .Cases("emplace", "try_emplace", "insert_or_assign", "put",
               words("asks a map for '" + member + "'; write 'insert(key, value)' for a new key, or 'set(key, value)'"))
        .Cases("remove", "delete_elem", words("asks a map for '" + member + "'; write 'erase(key)'"))
        .Cases("size", "empty", "begin", "end", "for_each",
               words("asks a map for '" + member +
                     "'; a program sees one entry at a time, and the application all of them, by 'object[map]'"))
        .Default("");
  if (of == "RingBufferHandle")
    return llvm::StringSwitch<std::string>(member)
        .Cases("read", "pop", "receive", "next", "for_each", "size",
               words("asks a ring buffer for '" + member +
                     "'; write 'poll(longest, callback)', or 'for (const Record& record : object[ring])'"))
        .Default("");
  if (of == "PerCpuValues")
    return words("asks the values of all CPUs for '" + member + "'; write 'sum()' first, or '[cpu]'");
  if (of == "TaskIds")
    return llvm::StringSwitch<std::string>(member)
        .Cases("pid", "tgid", "tid",
               words("asks the task that runs for '" + member +
                     "'; write 'process' for what getpid() returns, 'thread' for gettid()"))
        .Default("");
  if (of == "RingBuffer")
    return llvm::StringSwitch<std::string>(member)
        .Cases("output", "push", "push_back", "emit", "send", "write",
               words("asks a ring buffer for '" + member +
                     "'; write 'submit(record)', or 'reserve()' and fill what it returns"))
        .Cases("pop", "read", "begin", "end", "size",
               words("asks a ring buffer for '" + member + "'; the application reads it, by 'object[ring]'"))
        .Default("");
  if (of == "Parsed" || of == "LookupResult")
    return llvm::StringSwitch<std::string>(member)
        .Cases("has_value", "value", "get",
               words("asks what may not be there for '" + member +
                     "'; test it, as 'if (found)', and write '*found' or '->'"))
        .Default("");
  if (of == "packet")
    return llvm::StringSwitch<std::string>(member)
        .Cases("data", "data_end",
               words("asks a packet for '" + member +
                     "'; write 'parse<Header>()', or 'bytes().require<N>()', and test what it returns"))
        .Cases("drop", "pass", "accept", words("asks a packet for '" + member + "'; return a verdict of the hook"))
        .Cases("size", "len", words("asks a packet for '" + member + "'; write 'length()'"))
        .Default("");
  return "";
}

std::string said_of_missing_member(const clang::Diagnostic& error) {
  if (error.getNumArgs() < 2 || error.getArgKind(0) != clang::DiagnosticsEngine::ak_declarationname) return "";
  const std::string member = clang::DeclarationName::getFromOpaqueInteger(error.getRawArg(0)).getAsString();
  if (error.getArgKind(1) != clang::DiagnosticsEngine::ak_declcontext) return said_of_member(name_of(error, 1), member);
  const auto* of = reinterpret_cast<const clang::DeclContext*>(error.getRawArg(1));
  return said_of_member(language_name(llvm::dyn_cast<clang::CXXRecordDecl>(of)), member);
}

}  // namespace

std::string other_spelling(const clang::Diagnostic& error) {
  switch (error.getID()) {
    case clang::diag::err_no_member:
    case clang::diag::err_no_member_suggest:
      return said_of_missing_member(error);
    case clang::diag::err_ovl_no_oper:
    case clang::diag::err_ovl_no_viable_subscript: {
      const llvm::StringRef of = name_of(error, 0);
      if (of == "Map")
        return words("takes an entry of a map by '[]'; write 'find(key)' and test it, or 'update(key, ...)'");
      if (of == "packet") return said_of_member(of, "data");
      if (of == "Parsed")
        return words("takes a header by '[]'; read its fields by '->', its bytes by 'bytes().at<Type, Offset>()'");
      return "";
    }
    case clang::diag::err_template_instantiate_undefined: {
      const llvm::StringRef of = name_of(error, 1);
      if (of == "TracepointRecord" || of == "BtfTracepointEvent")
        return words("is for a tracepoint that nothing describes; let ebpfxx_vmlinux() write '" + of +
                     "', or specialise it");
      return "";
    }
    case clang::diag::err_for_range_invalid:
      return name_of(error, 0) == "Map" ? said_of_member("Map", "begin") : "";
    case clang::diag::err_typecheck_indirection_requires_pointer:
      return name_of(error, 0) == "PerCpu"
                 ? words("takes a PerCpu for a pointer; write 'value()' for a copy, and 'update' to change it")
                 : "";
    case clang::diag::err_ovl_no_viable_function_in_init:
      return name_of(error, 0) == "Global" || name_of(error, 0) == "Config"
                 ? words("starts a " + name_of(error, 0) +
                         " without a value, or with one of another type; write one, as '= 0'")
                 : "";
    case clang::diag::err_init_conversion_failed:
    case clang::diag::err_typecheck_convert_incompatible:
    case clang::diag::err_typecheck_nonviable_condition:
      for (unsigned i = 0; i < error.getNumArgs(); ++i)
        if (name_of(error, i) == "LookupResult")
          return words("takes what a lookup found for another type; name it by 'auto', test it, and write '*found'");
      return "";
    default:
      return "";
  }
}

std::string other_spelling_in(const clang::Diagnostic& note) {
  if (note.getLocation().isInvalid()) return "";
  const llvm::StringRef file = note.getSourceManager().getFilename(note.getLocation());
  switch (note.getID()) {
    case clang::diag::note_template_decl_here: {
      if (!file.ends_with("ebpfxx/map/kind.hpp")) return "";
      const llvm::StringRef kind = name_at(note);
      return words("names the kind '" + kind + "' without its size; write '" + kind + "<1024>' for up to 1024 entries");
    }
    case clang::diag::note_template_param_here:
      if (file.ends_with("ebpfxx/map/map.hpp"))
        return words("gives a map a number in place of a kind; write Map<Key, Value, Hash<1024>>");
      if (file.ends_with("ebpfxx/map/ring_buffer.hpp"))
        return words(
            "declares a ring buffer without its size in bytes, which comes first; write RingBuffer<65536, Record>");
      return "";
    default:
      return "";
  }
}

}  // namespace ebpfxx::cc
