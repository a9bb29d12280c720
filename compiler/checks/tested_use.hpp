#pragma once

#include <clang/AST/DeclCXX.h>
#include <clang/AST/Expr.h>

#include <optional>
#include <string>
#include <utility>

namespace ebpfxx::cc {

// How statements use objects that must be tested (classes annotated EBPFXX_ABI_TESTED), and how faults are worded.

using Wording = std::pair<std::string, std::string>;  ///< the rule and the text

/// The rule and the text about the use of an object that is not tested; `ended`: that was submitted or discarded.
Wording fault_of(const clang::CXXRecordDecl& record, bool ended);

/// Whether `statement` calls a method that ends its object.
bool ends_object(const clang::Stmt& statement);

/// The object itself where `expression` is its base class.
const clang::Expr* whole_object(const clang::Expr* expression);

/// The object of a call of a method of a class that must be tested, or the one that `statement` takes for its base
/// class, which may not know that it must be asked first; null when `statement` is neither.
const clang::Expr* called_object(const clang::Stmt& statement);

/// Whether `statement` calls the method that has to be called before the object may be tested.
bool asks_object(const clang::Stmt& statement);

/// The rule and the text about an object of `record` that is tested before it was asked; none when it need not be.
std::optional<Wording> fault_unasked(const clang::CXXRecordDecl& record);

/// The object that `statement` uses in a way that needs a test; else null.
const clang::Expr* used_object(const clang::Stmt& statement);

}  // namespace ebpfxx::cc
