#pragma once

#include <llvm/ADT/SmallPtrSet.h>

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// The types of the keys, values and records of a source's maps.
using StoredTypes = llvm::SmallPtrSet<const clang::Type*, 8>;

StoredTypes stored_types(const TranslationUnit& unit);

/// A key, value or record of which a member is never set.
void check_unset_member(const ReachedFunction& function, const StoredTypes& types, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
