#include "checks/helper_table.hpp"

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
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet) {id, #name, version(since), gpl_only, moves_packet},
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

enum HelperId : unsigned {
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet) name = id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

constexpr HelperProgram programs_of_helpers[] = {
#define EBPFXX_HELPER_PROGRAM(helper, type, since) {helper, BPF_PROG_TYPE_##type, #type, version(since)},
#include <ebpfxx/kernel/helper_programs.inc>
#undef EBPFXX_HELPER_PROGRAM
};

/// The number in a call such as `inttoptr (i64 39 to ptr)(...)`; null for other calls.
const llvm::ConstantInt* called_number(const llvm::CallBase& call) {
  const auto* address = llvm::dyn_cast<llvm::ConstantExpr>(call.getCalledOperand()->stripPointerCasts());
  if (!address || address->getOpcode() != llvm::Instruction::IntToPtr) return nullptr;
  return llvm::dyn_cast<llvm::ConstantInt>(address->getOperand(0));
}

}  // namespace

llvm::ArrayRef<HelperProgram> HelperInfo::programs() const {
  const auto has_id = [this](const HelperProgram& row) { return row.helper == id; };
  const llvm::ArrayRef<HelperProgram> all(programs_of_helpers);
  return all.drop_until(has_id).take_while(has_id);
}

bool is_helper_call(const llvm::CallBase& call) { return called_number(call) != nullptr; }

const HelperInfo* called_helper(const llvm::CallBase& call) {
  const llvm::ConstantInt* number = called_number(call);
  if (!number) return nullptr;
  const auto* found = llvm::find_if(helpers, [&](const HelperInfo& helper) { return number->equalsInt(helper.id); });
  return found == std::end(helpers) ? nullptr : found;
}

bool is_known(bpf_prog_type type) {
  return llvm::any_of(programs_of_helpers, [&](const HelperProgram& row) { return row.type == type; });
}

}  // namespace ebpfxx::cc
