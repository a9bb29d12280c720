#pragma once

#include <linux/bpf.h>

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/IR/InstrTypes.h>

#include <cstdint>
#include <optional>

#include "options.hpp"

namespace ebpfxx::cc {

/// A row of ebpfxx/kernel/helper_programs.inc: programs that may call a helper, and since when.
struct HelperProgram {
  unsigned helper;  ///< its id
  bpf_prog_type type;
  llvm::StringRef type_name;  ///< without BPF_PROG_TYPE_
  KernelVersion since;
};

/// A row of ebpfxx/kernel/helpers.inc.
struct HelperInfo {
  unsigned id;
  llvm::StringRef name;
  KernelVersion since;
  bool gpl_only;
  bool moves_packet;

  /// Whether it writes nothing that the program sees, and reads only what its arguments point to.
  bool only_reads_arguments() const;
  /// The programs that may call it; empty: all.
  llvm::ArrayRef<HelperProgram> programs() const;
};

/// The helper that `call` calls; null when it calls something else, or a helper that the table does not have.
const HelperInfo* called_helper(const llvm::CallBase& call);

/// The helper of this name, as the table has it.
const HelperInfo& helper_named(llvm::StringRef name);

/// The number of the helper that `call` calls, known or not: these are calls of constant addresses, the helpers'
/// numbers.
std::optional<std::uint64_t> called_number(const llvm::CallBase& call);
inline bool is_helper_call(const llvm::CallBase& call) { return called_number(call).has_value(); }

/// Whether the tables know what programs of this type may call.
bool is_known(bpf_prog_type type);

}  // namespace ebpfxx::cc
