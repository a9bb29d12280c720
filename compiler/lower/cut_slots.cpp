#include "lower/cut_slots.hpp"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallSet.h>
#include <llvm/IR/InlineAsm.h>
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

/// Whether the number is made of one that a loop carries, and of which the verifier knows in each round another bound.
bool is_of_rounds(llvm::Value& number, NumberRanges& ranges) {
  llvm::SmallPtrSet<llvm::Value*, 8> seen;
  llvm::SmallVector<llvm::Value*> rest = {&number};
  while (!rest.empty()) {
    auto* made = llvm::dyn_cast<llvm::Instruction>(rest.pop_back_val());
    if (!made || !seen.insert(made).second) continue;
    if (llvm::isa<llvm::PHINode>(made) && ranges.loops().isLoopHeader(made->getParent()) &&
        !ranges.is_walked(*made, /*however_long=*/true))
      return true;
    if (llvm::isa<llvm::BinaryOperator, llvm::CastInst, llvm::SelectInst, llvm::PHINode, llvm::MinMaxIntrinsic>(made) ||
        behind_opaque(*made))
      rest.append(made->op_begin(), made->op_end());
  }
  return false;
}

/// The stored number, of which the verifier knows no bound: it spills no such number. On a little-endian machine the
/// instruction changes nothing, and the verifier follows none of its kind.
void hide_bound(llvm::StoreInst& store) {
  llvm::Value& stored = *store.getValueOperand();
  if (!stored.getType()->isIntegerTy() || llvm::isa<llvm::Constant>(stored) ||
      stored.getType()->getIntegerBitWidth() > 64)
    return;
  llvm::IRBuilder<> builder(&store);
  auto* type = llvm::FunctionType::get(builder.getInt64Ty(), {builder.getInt64Ty()}, /*isVarArg=*/false);
  auto* swap = llvm::InlineAsm::get(type, "$0 = le64 $0", "=r,0", /*hasSideEffects=*/false);
  llvm::Value* hidden = builder.CreateCall(swap, {builder.CreateZExt(&stored, builder.getInt64Ty())});
  store.setOperand(0, builder.CreateTrunc(hidden, stored.getType()));
}

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
    const bool is_walked =
        llvm::all_of(access.indexes, [&](const auto& index) { return ranges.is_walked(index.number()); });
    if (access.indexes.empty() && !writes_zero(*access.instruction)) constant_.push_back(bytes);
    if (!is_walked) {
      chosen_.push_back({access.instruction, bytes});
      is_cut_in_rounds_ |=
          llvm::any_of(access.indexes, [&](const auto& index) { return is_of_rounds(index.number(), ranges); });
    } else if (auto* store = llvm::dyn_cast<llvm::StoreInst>(access.instruction)) {
      if (!access.indexes.empty() || bytes.first % slot_size == 0) known_.push_back(store);
    }
  }

  void release_cut_slots() {
    if (is_cut_in_rounds_)
      for (llvm::StoreInst* store : known_) hide_bound(*store);
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
  std::vector<llvm::StoreInst*> known_;  ///< to where the verifier knows, and it may spill the number there
  bool is_cut_in_rounds_ = false;        ///< by writes of which it may know in one round that they spare the start
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
