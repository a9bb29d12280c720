#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/Type.h>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Whether `type` is a struct or union of the kernel, or one that is without a name in such a one.
bool is_kernel_record(clang::QualType type);

/// If a definition just parsed describes a type of the kernel, lets clang relocate the accesses to its fields, and
/// keeps in mind what is called otherwise there.
void adopt_kernel_type(clang::TagDecl& definition, TranslationUnit& unit);

/// Gives kernel types, fields and enumerators the names that the kernel knows them by. The source must be parsed.
void restore_kernel_names(const TranslationUnit& unit);

}  // namespace ebpfxx::cc
