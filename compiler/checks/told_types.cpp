#include "checks/told_types.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Lex/Lexer.h>

namespace ebpfxx::cc {

std::vector<clang::QualType> types_in(const clang::Diagnostic& diagnostic) {
  std::vector<clang::QualType> types;
  for (unsigned i = 0; i < diagnostic.getNumArgs(); ++i)
    if (diagnostic.getArgKind(i) == clang::DiagnosticsEngine::ak_qualtype)
      types.push_back(clang::QualType::getFromOpaquePtr(reinterpret_cast<void*>(diagnostic.getRawArg(i))));
    else if (diagnostic.getArgKind(i) == clang::DiagnosticsEngine::ak_qualtype_pair) {
      const auto& pair = *reinterpret_cast<const clang::TemplateDiffTypes*>(diagnostic.getRawArg(i));
      types.push_back(clang::QualType::getFromOpaquePtr(reinterpret_cast<void*>(pair.FromType)));
      types.push_back(clang::QualType::getFromOpaquePtr(reinterpret_cast<void*>(pair.ToType)));
    }
  return types;
}

llvm::StringRef language_name(const clang::CXXRecordDecl* record) {
  const auto* space = record ? llvm::dyn_cast<clang::NamespaceDecl>(record->getDeclContext()) : nullptr;
  if (!space || space->getName() != "ebpfxx" || !space->getParent()->isTranslationUnit()) return "";
  if (record->getName().ends_with("Packet")) return "packet";
  if (record->getName() == "Text") return "Text";
  const bool is_header =
      record->hasDefinition() && record->isAggregate() &&
      record->getASTContext().getTypeAlignInChars(clang::QualType(record->getTypeForDecl(), 0)).isOne();
  return is_header ? "header" : record->getName();
}

llvm::StringRef language_name(clang::QualType type) {
  return language_name(type.getNonReferenceType()->getAsCXXRecordDecl());
}

bool is_found_header(clang::QualType type) {
  const llvm::StringRef name = language_name(type);
  return name == "Parsed" || name == "Copied";
}

llvm::StringRef name_at(clang::FullSourceLoc where) {
  const auto word = clang::CharSourceRange::getTokenRange(where, where);
  return clang::Lexer::getSourceText(word, where.getManager(), clang::LangOptions());
}

llvm::StringRef name_at(const clang::Diagnostic& diagnostic) {
  return name_at(clang::FullSourceLoc(diagnostic.getLocation(), diagnostic.getSourceManager()));
}

}  // namespace ebpfxx::cc
