#include "base/names.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/Mangle.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

#include <ebpfxx/abi.hpp>

namespace ebpfxx::cc {

bool has_annotation(const clang::Decl* declaration, llvm::StringRef text) {
  for (const auto* attribute : declaration->specific_attrs<clang::AnnotateAttr>())
    if (attribute->getAnnotation() == text) return true;
  return false;
}

const clang::CXXRecordDecl* annotated_class(clang::QualType type, llvm::StringRef text) {
  const clang::CXXRecordDecl* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && has_annotation(record, text) ? record : nullptr;
}

std::string device_symbol(const clang::VarDecl& variable) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  variable.getNameForDiagnostic(stream, variable.getASTContext().getPrintingPolicy(), /*Qualified=*/true);
  std::string symbol;
  for (llvm::StringRef rest = name; !rest.empty();) {
    const auto [part, tail] = rest.split("::");
    symbol += (symbol.empty() ? "" : "__") + part.str();
    rest = tail;
  }
  return c_identifier(symbol, longest_name - llvm::StringRef(abi::drop_counter_suffix).size());
}

std::string host_symbol(const clang::VarDecl& variable) {
  const std::unique_ptr<clang::MangleContext> mangler(variable.getASTContext().createMangleContext());
  // Not mangleName, which gives the label that emission has put on the variable.
  if (!mangler->shouldMangleCXXName(&variable)) return variable.getName().str();
  std::string symbol;
  llvm::raw_string_ostream stream(symbol);
  mangler->mangleCXXName(&variable, stream);
  return symbol;
}

std::string c_identifier(llvm::StringRef name, std::size_t longest) {
  std::string result;
  for (const char character : name) result += llvm::isAlnum(character) || character == '_' ? character : '_';
  if (!result.empty() && llvm::isDigit(result.front())) result.insert(result.begin(), '_');
  if (result.size() <= longest) return result;
  const std::string hash = "_" + llvm::utohexstr(llvm::xxh3_64bits(name), /*LowerCase=*/true);
  return result.substr(0, longest - hash.size()) + hash;
}

}  // namespace ebpfxx::cc
