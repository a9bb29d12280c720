#include "lower/cut_slots.hpp"

#include <llvm/ADT/SmallSet.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <algorithm>
#include <vector>

#include "base/function_ranges.hpp"
#include "base/indexed_access.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

constexpr KernelVersion first_without_need = {6, 12};
constexpr uint64_t slot_size = 8;  ///< of the stack, as the verifier keeps it (BPF_REG_SIZE)

/// Bytes of a variable, from the first to the one behind the last.
struct Bytes {
  uint64_t first;
  uint64_t end;

  bool meets(const Bytes& other) const { return first < other.end && other.first < end; }
};

/// A write at a run-time offset, and what it may reach.
struct ChosenWrite {
  llvm::Instruction* instruction;
  Bytes bytes;
};

/// A variable on the stack, and what writes it.
class Variable {
 public:
  Variable(llvm::AllocaInst& alloca, uint64_t size) : alloca_(alloca), size_(size) {}

  void add(const IndexedAccess& access, NumberRanges& ranges) {
    const bool is_write = llvm::isa<llvm::StoreInst>(access.instruction) ||
                          (llvm::isa<llvm::MemIntrinsic>(access.instruction) && access.pointer == 0);
    if (!is_write) return;
    const Extent extent = access.followed(ranges);
    const Bytes bytes{within(extent.low), within(extent.high + static_cast<__int128>(access.size))};
    if (access.indexes.empty()) {
      if (!writes_zero(*access.instruction)) constant_.push_back(bytes);
    } else if (!llvm::all_of(access.indexes, [&](const auto& index) { return ranges.is_walked(index.number()); })) {
      chosen_.push_back({access.instruction, bytes});
    }
  }

  void release_cut_slots() {
    for (const ChosenWrite& write : chosen_)
      for (const uint64_t slot : slots_cut_by(write)) release(slot, *write.instruction);
  }

 private:
  uint64_t within(__int128 offset) const {
    return static_cast<uint64_t>(std::clamp<__int128>(offset, 0, static_cast<__int128>(size_)));
  }

  /// The verifier keeps no register where 0 is written.
  static bool writes_zero(const llvm::Instruction& instruction) {
    const llvm::Value* number = nullptr;
    if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) number = store->getValueOperand();
    if (const auto* fill = llvm::dyn_cast<llvm::MemSetInst>(&instruction)) number = fill->getValue();
    const auto* constant = llvm::dyn_cast_or_null<llvm::Constant>(number);
    return constant && constant->isNullValue();
  }

  bool is_written(Bytes bytes) const {
    return llvm::any_of(constant_, [&](const Bytes& written) { return written.meets(bytes); });
  }

  /// The stack slots that are written in part, and may hold a spilled register: something was written to their start.
  llvm::SmallSet<uint64_t, 2> slots_cut_by(const ChosenWrite& write) const {
    llvm::SmallSet<uint64_t, 2> slots;
    const auto add = [&](uint64_t edge, bool is_start) {
      const uint64_t slot = edge / slot_size * slot_size;
      const Bytes beside = is_start ? Bytes{slot, edge} : Bytes{edge, std::min(slot + slot_size, size_)};
      if (edge != slot && is_written(beside) && is_written({slot, slot + 1})) slots.insert(slot);
    };
    add(write.bytes.first, true);
    add(write.bytes.end, false);
    return slots;
  }

  /// A byte that is written behind the start of a stack slot makes bytes of all that are in it.
  void release(uint64_t slot, llvm::Instruction& before) {
    alloca_.setAlignment(std::max(alloca_.getAlign(), llvm::Align(slot_size)));
    llvm::IRBuilder<> builder(&before);
    llvm::Value* address = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), &alloca_, slot + 1);
    llvm::Value* byte = builder.CreateLoad(builder.getInt8Ty(), address);
    builder.CreateStore(make_opaque(builder, *byte), address);
  }

  llvm::AllocaInst& alloca_;
  uint64_t size_;
  std::vector<Bytes> constant_;  ///< written at constant offsets
  std::vector<ChosenWrite> chosen_;
};

}  // namespace

void release_cut_slots(llvm::Module& module, KernelVersion kernel) {
  if (kernel >= first_without_need) return;
  for_each_function(module, kernel, [](llvm::Function& function, NumberRanges& ranges) {
    llvm::MapVector<llvm::AllocaInst*, Variable> variables;
    for (const IndexedAccess& access : indexed_accesses(function)) {
      auto* alloca = llvm::dyn_cast<llvm::AllocaInst>(access.base);
      const auto size = alloca ? alloca->getAllocationSize(alloca->getDataLayout()) : std::nullopt;
      if (!size || size->isScalable() || size->isZero()) continue;
      variables.try_emplace(alloca, *alloca, size->getFixedValue()).first->second.add(access, ranges);
    }
    for (auto& [alloca, variable] : variables) variable.release_cut_slots();
  });
}

}  // namespace ebpfxx::cc
