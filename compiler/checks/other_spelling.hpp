#pragma once

#include <clang/Basic/Diagnostic.h>

#include <string>

namespace ebpfxx::cc {

/// What to say of an error about a member, an operator or an argument that classes of the language do not have, as
/// others have them: what they have instead. Empty for any other error.
std::string other_spelling(const clang::Diagnostic& error);

/// The same of an error whose note leads to a class template of the language or to its parameter: arguments are
/// missing, a number is in place of a type, or a type in place of a number.
std::string other_spelling_in(const clang::Diagnostic& note);

}  // namespace ebpfxx::cc
