#pragma once

#include <llvm/ADT/StringRef.h>

#include <optional>
#include <string>
#include <vector>

namespace ebpfxx::cc {

/// A program, map, Config or Global in an object, and the application's variable that it stands for.
struct ObjectVariable {
  std::string symbol;
  std::string host_symbol;
};

/// Reads them from an object that is yet to be linked, sorted by symbol. Empty optional: `object` is no BPF object.
std::optional<std::vector<ObjectVariable>> read_variables(llvm::StringRef object);

/// Whether `object` was made to be linked with others: it says what its variables stand for, or has none.
bool is_part(llvm::StringRef object);

/// The entries of the formats that the object's programs log with.
std::vector<std::string> read_log_entries(llvm::StringRef object);

/// The licence of the object's programs; empty when it has none.
std::string read_license(llvm::StringRef object);

}  // namespace ebpfxx::cc
