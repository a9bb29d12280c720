#pragma once

#include <clang/AST/DeclCXX.h>
#include <clang/AST/Type.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceLocation.h>

#include <vector>

/// The types and names that clang's errors are about.
namespace ebpfxx::cc {

/// The types among a diagnostic's arguments, in their order.
std::vector<clang::QualType> types_in(const clang::Diagnostic& diagnostic);

/// The name of a class of the language, of a packet's header as "header", of a packet as "packet"; empty for any other.
llvm::StringRef language_name(const clang::CXXRecordDecl* record);

/// The same of the class that a type is or refers to.
llvm::StringRef language_name(clang::QualType type);

/// Whether a type is what `parse`, `next` or `load` returned: a header that may not be there.
bool is_found_header(clang::QualType type);

/// The word of the source at a location, or at that of a diagnostic.
llvm::StringRef name_at(clang::FullSourceLoc where);
llvm::StringRef name_at(const clang::Diagnostic& diagnostic);

}  // namespace ebpfxx::cc
