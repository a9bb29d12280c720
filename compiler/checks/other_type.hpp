#pragma once

#include <clang/Basic/Diagnostic.h>

#include <string>

namespace ebpfxx::cc {

/// What to say of an error about a value of a type that does not become another, or that an operator does not take, if
/// one of the types is the language's: what was given, and what is wanted. Empty for any other error.
std::string other_type(const clang::Diagnostic& error);

/// The same of an error whose note says why a function of the language cannot be called.
std::string other_type_in(const clang::Diagnostic& note, const clang::StoredDiagnostic& error);

}  // namespace ebpfxx::cc
