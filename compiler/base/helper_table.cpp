#include "base/helper_table.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/Constants.h>

namespace ebpfxx::cc {
namespace {

/// A version as "4.19".
consteval KernelVersion version(const char* text) {
  KernelVersion version{0, 0};
  for (; *text != '.'; ++text) version.major = version.major * 10 + static_cast<unsigned>(*text - '0');
  for (++text; *text != '\0'; ++text) version.minor = version.minor * 10 + static_cast<unsigned>(*text - '0');
  return version;
}

constexpr HelperInfo helpers[] = {
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) {id, #name, version(since), gpl_only, moves_packet},
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

enum HelperId : unsigned {
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) name = id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

constexpr HelperProgram programs_of_helpers[] = {
#define EBPFXX_HELPER_PROGRAM(helper, type, since) {helper, BPF_PROG_TYPE_##type, #type, version(since)},
#include <ebpfxx/kernel/helper_programs.inc>
};

}  // namespace

llvm::ArrayRef<HelperProgram> HelperInfo::programs() const {
  const auto has_id = [this](const HelperProgram& row) { return row.helper == id; };
  const llvm::ArrayRef<HelperProgram> all(programs_of_helpers);
  return all.drop_until(has_id).take_while(has_id);
}

bool HelperInfo::only_reads_arguments() const {
  constexpr unsigned readers[] = {
#define EBPFXX_HELPER_READS(name) HelperId::name,
#include <ebpfxx/kernel/helper_effects.inc>
#undef EBPFXX_HELPER_READS
  };
  return llvm::is_contained(readers, id);
}

std::optional<std::uint64_t> called_number(const llvm::CallBase& call) {
  // As in `inttoptr (i64 39 to ptr)(...)`.
  const auto* address = llvm::dyn_cast<llvm::ConstantExpr>(call.getCalledOperand()->stripPointerCasts());
  if (!address || address->getOpcode() != llvm::Instruction::IntToPtr) return std::nullopt;
  const auto* number = llvm::dyn_cast<llvm::ConstantInt>(address->getOperand(0));
  return number ? std::optional(number->getZExtValue()) : std::nullopt;
}

const HelperInfo* called_helper(const llvm::CallBase& call) {
  const std::optional<std::uint64_t> number = called_number(call);
  const auto* found = llvm::find_if(helpers, [&](const HelperInfo& helper) { return number == helper.id; });
  return found == std::end(helpers) ? nullptr : found;
}

const HelperInfo& helper_named(llvm::StringRef name) {
  return *llvm::find_if(helpers, [&](const HelperInfo& helper) { return helper.name == name; });
}

bool is_known(bpf_prog_type type) {
#define EBPFXX_PROGRAM_TYPE(name, context, packet, test_run, helpers, checked, ...) \
  if (type == BPF_PROG_TYPE_##name) return helpers;
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
  return false;
}

}  // namespace ebpfxx::cc
