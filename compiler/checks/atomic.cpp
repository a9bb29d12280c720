#include <llvm/IR/Instructions.h>

#include "checks/program_code.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

std::string name_of(llvm::AtomicOrdering order) {
  if (order == llvm::AtomicOrdering::SequentiallyConsistent) return "std::memory_order_seq_cst, the default";
  return std::string("std::memory_order_") + llvm::toIRString(order);
}

/// Empty when BPF can access so many bytes at once.
std::string fault_of_size(const char* does, llvm::Type* type, llvm::Align align, uint64_t smallest,
                          const llvm::DataLayout& layout) {
  const uint64_t size = layout.getTypeStoreSize(type);
  if (size > 8 || size < smallest)
    return std::string(does) + " " + std::to_string(size) + (size == 1 ? " byte" : " bytes") +
           " atomically, BPF has instructions for " + (smallest == 4 ? "" : "1, 2, ") +
           "4 and 8; use a number of one of these sizes";
  if (align.value() < size)
    return std::string(does) + " " + std::to_string(size) + " bytes atomically that are aligned to " +
           std::to_string(align.value()) + "; align them to their size";
  return "";
}

bool is_known(llvm::AtomicRMWInst::BinOp operation) {
  using Change = llvm::AtomicRMWInst;
  return llvm::is_contained({Change::Add, Change::Sub, Change::And, Change::Or, Change::Xor, Change::Xchg}, operation);
}

std::string fault_of(const llvm::LoadInst& load, const llvm::DataLayout& layout) {
  if (!load.isAtomic()) return "";
  if (llvm::isStrongerThanMonotonic(load.getOrdering()))
    return "loads in " + name_of(load.getOrdering()) +
           ", for which BPF has no instruction; load in std::memory_order_relaxed, or take what fetch_or(0) returns, "
           "which is ordered";
  return fault_of_size("loads", load.getType(), load.getAlign(), 1, layout);
}

std::string fault_of(const llvm::StoreInst& store, const llvm::DataLayout& layout) {
  if (!store.isAtomic()) return "";
  if (llvm::isStrongerThanMonotonic(store.getOrdering()))
    return "stores in " + name_of(store.getOrdering()) +
           ", for which BPF has no instruction; store in std::memory_order_relaxed, or use exchange, which is ordered";
  return fault_of_size("stores", store.getValueOperand()->getType(), store.getAlign(), 1, layout);
}

std::string fault_of(const llvm::AtomicRMWInst& change, const llvm::DataLayout& layout) {
  if (!is_known(change.getOperation()))
    return "changes a number atomically by '" + llvm::AtomicRMWInst::getOperationName(change.getOperation()).str() +
           "', for which BPF has no instruction; use add, sub, and, or, xor, exchange or compare_exchange";
  return fault_of_size("changes", change.getType(), change.getAlign(), 4, layout);
}

std::string fault_of(const llvm::Instruction& instruction, const llvm::DataLayout& layout) {
  if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) return fault_of(*load, layout);
  if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) return fault_of(*store, layout);
  if (const auto* change = llvm::dyn_cast<llvm::AtomicRMWInst>(&instruction)) return fault_of(*change, layout);
  if (const auto* exchange = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&instruction))
    return fault_of_size("exchanges", exchange->getNewValOperand()->getType(), exchange->getAlign(), 4, layout);
  if (const auto* fence = llvm::dyn_cast<llvm::FenceInst>(&instruction))
    if (fence->getSyncScopeID() != llvm::SyncScope::SingleThread)
      return "orders memory by a fence, for which BPF has no instruction; use an operation that is ordered, as "
             "exchange";
  return "";
}

}  // namespace

/// Atomic accesses that BPF has no instruction for. What changes a number and gives the old one is ordered with
/// everything before and after it, so every order is right there; loads and stores are relaxed.
void check_atomic(const OptimisedCode& code, Diagnostics& diagnostics) {
  for_each_instruction(code.locations.unit(), code.module, [&](const llvm::Instruction& instruction) {
    const std::string fault = fault_of(instruction, code.module.getDataLayout());
    if (!fault.empty()) diagnostics.error(code.locations.trail(instruction), "atomic", fault);
  });
}

}  // namespace ebpfxx::cc
