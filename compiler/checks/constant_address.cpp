#include "checks/rules.hpp"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IntrinsicInst.h>

#include "checks/program_code.hpp"
#include "lower/address_tables.hpp"

namespace ebpfxx::cc {
namespace {

/// As the source has it; empty for a constant that has no name there.
std::string name_of(const llvm::GlobalVariable& variable) {
  llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> descriptions;
  variable.getDebugInfo(descriptions);
  if (!descriptions.empty()) return descriptions.front()->getVariable()->getName().str();
  const llvm::StringRef local = llvm::StringRef(variable.getName()).rsplit('.').second;
  return variable.getName().starts_with("__const.") ? local.str() : "";
}

const llvm::GlobalVariable* table_behind(const llvm::Value* pointer) {
  llvm::SmallVector<const llvm::Value*, 8> objects;
  llvm::getUnderlyingObjects(pointer, objects, /*LI=*/nullptr, /*MaxLookup=*/0);
  for (const llvm::Value* object : objects)
    if (const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(object); variable && holds_addresses(*variable))
      return variable;
  return nullptr;
}

std::string of_table(const llvm::GlobalVariable& table) {
  const std::string name = name_of(table);
  return name.empty() ? "a constant" : "'" + name + "'";
}

constexpr const char* remedy = "; keep the text itself there: char[][N], or std::array<Text<N>, ...>";

/// Empty when the load can be made.
std::string fault_of(const llvm::LoadInst& load, const llvm::GlobalVariable& table) {
  const auto entries = table_entries(load);
  const bool gives_addresses = load.getType()->isPointerTy();
  if (!entries && !gives_addresses && !load.getType()->isIntegerTy(64)) return "";
  if (!entries) return "reads an address out of " + of_table(table) + ", whose addresses the kernel does not get";
  const auto is_address = [](const TableEntry& entry) { return !llvm::isa<llvm::ConstantData>(entry.value); };
  if (!gives_addresses && llvm::any_of(*entries, is_address))
    return "reads an address out of " + of_table(table) + " as a number, and the kernel does not get it";
  if (!gives_addresses || entries->size() <= most_addresses) return "";
  return "chooses among " + std::to_string(entries->size()) + " addresses in " + of_table(table) +
         ", each of which becomes a branch; there may be " + std::to_string(most_addresses);
}

std::string fault_of(const llvm::CallBase& call, const llvm::GlobalVariable& table) {
  if (llvm::isa<llvm::MemTransferInst>(call))
    return "copies " + of_table(table) + ", which holds addresses that the kernel does not get";
  return "hands on " + of_table(table) + ", which holds addresses that the kernel does not get";
}

void check(const llvm::Instruction& instruction, const IrLocations& locations, Diagnostics& diagnostics) {
  const auto report = [&](const std::string& fault) {
    if (!fault.empty()) diagnostics.error(locations.trail(instruction), "constant-address", fault + remedy);
  };
  if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
    if (const llvm::GlobalVariable* table = table_behind(load->getPointerOperand())) report(fault_of(*load, *table));
  } else if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
    for (const llvm::Use& argument : call->args())
      if (argument->getType()->isPointerTy())
        if (const llvm::GlobalVariable* table = table_behind(argument)) return report(fault_of(*call, *table));
  }
}

}  // namespace

/// Use of a constant that holds addresses, such as a table of strings, in a way that `lower_address_tables` has no form
/// for.
void check_constant_address(const OptimisedCode& code, Diagnostics& diagnostics) {
  for_each_instruction(code.locations.unit(), code.module,
                       [&](const llvm::Instruction& instruction) { check(instruction, code.locations, diagnostics); });
}

}  // namespace ebpfxx::cc
