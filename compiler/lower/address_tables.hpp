#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

#include <optional>

namespace ebpfxx::cc {

// Constants of the object that hold addresses, as a table of strings does. Nobody writes the addresses: libbpf
// relocates code, not the constants that it makes a map of.

/// Whether the value of `variable` is constant and has an address in it.
bool holds_addresses(const llvm::GlobalVariable& variable);

/// What a load at an offset into a constant may give.
struct TableEntry {
  std::uint64_t offset;  ///< in bytes, from the constant's beginning
  llvm::Constant* value;
};

/// All that `load` may give, in the order of their offsets; empty when it is not known which constant it reads.
std::optional<llvm::SmallVector<TableEntry, 16>> table_entries(const llvm::LoadInst& load);

/// More addresses than these in one table make too many branches, and paths for the verifier.
constexpr std::size_t most_addresses = 64;

/// Makes each load of an address from a constant a switch over the offset, with the addresses in its cases, where
/// libbpf relocates them, and takes the addresses out of the constants. The check `constant_address` has refused what
/// has no such form.
void lower_address_tables(llvm::Module& module);

}  // namespace ebpfxx::cc
