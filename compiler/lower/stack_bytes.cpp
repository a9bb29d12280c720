#include "lower/stack_bytes.hpp"

#include <llvm/ADT/BitVector.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <algorithm>
#include <vector>

#include "base/function_analyses.hpp"
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
};

struct VariableAccess {
  llvm::Instruction* instruction;
  bool is_write;
  bool is_constant;  ///< to the verifier, each time that it is there
  Bytes bytes;       ///< that it may reach
  bool is_clamped;   ///< the verifier sees two ways: to the greatest offset, and to any below
};

/// A variable on the stack, and what reads and writes it.
class Variable {
 public:
  Variable(llvm::AllocaInst& alloca, uint64_t size) : alloca_(alloca), size_(size) {}

  void add(const VariableAccess& access) { accesses_[access.instruction].push_back(access); }

  uint64_t size() const { return size_; }

  void prepare() {
    if (!is_accessed_at_an_index()) return;
    find_set_bytes();
    llvm::BitVector needed(static_cast<unsigned>(size_));
    std::vector<std::pair<llvm::Instruction*, uint64_t>> released;
    for_each_access([&](const VariableAccess& access, const llvm::BitVector& set) {
      if (access.is_constant) return;
      if (!access.is_write) needed |= without(bits(access.bytes), set);
      if (!access.is_write) return;
      for (const uint64_t slot : slots_cut_by(access)) {
        released.emplace_back(access.instruction, slot);
        needed |= without(bits({slot + 1, slot + 2}), set);
      }
    });
    for (const auto& [instruction, slot] : released) release(slot, *instruction);
    set_to_zero(needed);
  }

 private:
  bool is_accessed_at_an_index() const {
    return llvm::any_of(accesses_, [](const auto& entry) {
      return llvm::any_of(entry.second, [](const VariableAccess& access) { return !access.is_constant; });
    });
  }

  llvm::BitVector bits(Bytes bytes) const {
    llvm::BitVector bits(static_cast<unsigned>(size_));
    bits.set(static_cast<unsigned>(bytes.first), static_cast<unsigned>(bytes.end));
    return bits;
  }

  static llvm::BitVector without(llvm::BitVector bits, const llvm::BitVector& others) { return bits.reset(others); }

  /// What is set on every way to each block of the function.
  void find_set_bytes() {
    llvm::Function& function = *alloca_.getFunction();
    const llvm::ReversePostOrderTraversal<llvm::Function*> order(&function);
    for (llvm::BasicBlock& block : function) set_at_end_[&block] = llvm::BitVector(static_cast<unsigned>(size_), true);
    for (bool changed = true; changed;) {
      changed = false;
      for (const llvm::BasicBlock* block : order) {
        llvm::BitVector set = set_before(*block);
        for (const llvm::Instruction& instruction : *block) add_written(instruction, set);
        changed |= set != set_at_end_[block];
        set_at_end_[block] = std::move(set);
      }
    }
  }

  llvm::BitVector set_before(const llvm::BasicBlock& block) const {
    llvm::BitVector set(static_cast<unsigned>(size_), !block.isEntryBlock());
    for (const llvm::BasicBlock* before : llvm::predecessors(&block)) set &= set_at_end_.lookup(before);
    return set;
  }

  void add_written(const llvm::Instruction& instruction, llvm::BitVector& set) const {
    const auto found = accesses_.find(&instruction);
    if (found == accesses_.end()) return;
    for (const VariableAccess& access : found->second)
      if (access.is_write) set |= bits(access.bytes);
  }

  void for_each_access(const auto& see) const {
    for (const llvm::BasicBlock& block : *alloca_.getFunction()) {
      llvm::BitVector set = set_before(block);
      for (const llvm::Instruction& instruction : block) {
        if (const auto found = accesses_.find(&instruction); found != accesses_.end())
          for (const VariableAccess& access : found->second) see(access, set);
        add_written(instruction, set);
      }
    }
  }

  /// The slots that are written in part, and may hold a spilled register: something was written to their start.
  std::vector<uint64_t> slots_cut_by(const VariableAccess& access) const {
    std::vector<uint64_t> slots;
    const Bytes& bytes = access.bytes;
    for (const uint64_t edge : {bytes.first, access.is_clamped ? bytes.end - 1 : bytes.end}) {
      const uint64_t slot = edge / slot_size * slot_size;
      const Bytes beside = edge == bytes.first ? Bytes{slot, edge} : Bytes{edge, std::min(slot + slot_size, size_)};
      if (edge != slot && beside.first < beside.end && is_written(beside) && is_written({slot, slot + 1}) &&
          !llvm::is_contained(slots, slot))
        slots.push_back(slot);
    }
    return slots;
  }

  static bool writes_zero(const llvm::Instruction& instruction) {
    const llvm::Value* number = nullptr;
    if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) number = store->getValueOperand();
    if (const auto* fill = llvm::dyn_cast<llvm::MemSetInst>(&instruction)) number = fill->getValue();
    const auto* constant = llvm::dyn_cast_or_null<llvm::Constant>(number);
    return constant && constant->isNullValue();
  }

  /// Whether a number other than 0 is written to these bytes at a constant offset.
  bool is_written(Bytes bytes) const {
    return llvm::any_of(accesses_, [&](const auto& entry) {
      return !writes_zero(*entry.first) && llvm::any_of(entry.second, [&](const VariableAccess& access) {
        return access.is_write && access.is_constant && access.bytes.first < bytes.end &&
               bytes.first < access.bytes.end;
      });
    });
  }

  /// A byte that is written behind the start of a slot makes bytes of all that are in it.
  void release(uint64_t slot, llvm::Instruction& before) {
    alloca_.setAlignment(std::max(alloca_.getAlign(), llvm::Align(slot_size)));
    llvm::IRBuilder<> builder(&before);
    llvm::Value* address = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), &alloca_, slot + 1);
    llvm::Value* byte = builder.CreateLoad(builder.getInt8Ty(), address);
    builder.CreateStore(make_opaque(builder, *byte), address);
  }

  void set_to_zero(const llvm::BitVector& needed) {
    const unsigned count = needed.size();
    for (int first = needed.find_first(); first != -1;) {
      const auto start = static_cast<unsigned>(first);
      const int unset = needed.find_next_unset(start);
      const unsigned end = unset == -1 ? count : static_cast<unsigned>(unset);
      for (unsigned at = start; at < end;) at += set_to_zero(at, end - at);
      first = end == count ? -1 : needed.find_next(end);
    }
  }

  /// As many of the bytes as one instruction can set.
  unsigned set_to_zero(unsigned at, unsigned count) {
    unsigned bytes = slot_size;
    while (bytes > count || at % bytes != 0) bytes /= 2;
    alloca_.setAlignment(std::max(alloca_.getAlign(), llvm::Align(bytes)));
    const auto set_behind = [&](llvm::Instruction& instruction) {
      llvm::IRBuilder<> builder(instruction.getNextNode());
      builder.SetCurrentDebugLocation(llvm::DebugLoc());
      builder.CreateStore(builder.getIntN(bytes * 8, 0),
                          builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), &alloca_, at));
    };
    std::vector<llvm::Instruction*> starts;
    for (llvm::User* user : alloca_.users())
      if (auto* start = llvm::dyn_cast<llvm::LifetimeIntrinsic>(user);
          start && start->getIntrinsicID() == llvm::Intrinsic::lifetime_start)
        starts.push_back(start);
    if (starts.empty()) starts.push_back(&alloca_);
    for (llvm::Instruction* start : starts) set_behind(*start);
    return bytes;
  }

  llvm::AllocaInst& alloca_;
  uint64_t size_;
  llvm::DenseMap<const llvm::Instruction*, llvm::SmallVector<VariableAccess, 1>> accesses_;
  llvm::DenseMap<const llvm::BasicBlock*, llvm::BitVector> set_at_end_;
};

class Variables {
 public:
  explicit Variables(NumberRanges& ranges) : ranges_(ranges) {}

  void add(const IndexedAccess& access) {
    auto* alloca = llvm::dyn_cast<llvm::AllocaInst>(access.base);
    if (Variable* variable = alloca ? variable_of(*alloca) : nullptr) add(access, *variable);
  }

  /// Helpers and subprograms write what they are handed, as many bytes as the argument behind it says.
  void add(llvm::CallBase& call) {
    if (llvm::isa<llvm::IntrinsicInst>(call) || call.isInlineAsm()) return;
    for (unsigned i = 0; i != call.arg_size(); ++i) {
      if (!call.getArgOperand(i)->getType()->isPointerTy()) continue;
      llvm::APInt offset(64, 0);
      auto* alloca = llvm::dyn_cast<llvm::AllocaInst>(call.getArgOperand(i)->stripAndAccumulateConstantOffsets(
          call.getDataLayout(), offset, /*AllowNonInbounds=*/true));
      Variable* variable = alloca ? variable_of(*alloca) : nullptr;
      if (!variable || offset.uge(variable->size())) continue;
      const auto* count =
          i + 1 < call.arg_size() ? llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(i + 1)) : nullptr;
      const uint64_t left = variable->size() - offset.getZExtValue();
      const uint64_t bytes = count && count->getValue().ult(left) ? count->getZExtValue() : left;
      variable->add({&call,
                     /*is_write=*/true,
                     /*is_constant=*/true,
                     {offset.getZExtValue(), offset.getZExtValue() + bytes},
                     /*is_clamped=*/false});
    }
  }

  void prepare() {
    for (auto& [alloca, variable] : variables_) variable.prepare();
  }

 private:
  Variable* variable_of(llvm::AllocaInst& alloca) {
    const auto size = alloca.getAllocationSize(alloca.getDataLayout());
    if (!size || size->isScalable() || size->isZero()) return nullptr;
    return &variables_.try_emplace(&alloca, alloca, size->getFixedValue()).first->second;
  }

  void add(const IndexedAccess& access, Variable& variable) {
    const bool is_write = llvm::isa<llvm::StoreInst>(access.instruction) ||
                          (llvm::isa<llvm::MemIntrinsic>(access.instruction) && access.pointer == 0);
    const bool is_constant =
        llvm::all_of(access.indexes, [&](const IndexOperand& index) { return ranges_.is_walked(index.number()); });
    // Of a counter the verifier knows which element it is, each time another.
    if (is_constant && !access.indexes.empty()) return;
    const Extent extent = access.followed(ranges_);
    const auto within = [&](__int128 offset) {
      return static_cast<uint64_t>(std::clamp<__int128>(offset, 0, static_cast<__int128>(variable.size())));
    };
    const Bytes bytes{within(extent.low), within(extent.high + static_cast<__int128>(access.size))};
    const bool is_clamped = llvm::any_of(
        access.indexes, [](const IndexOperand& index) { return llvm::isa<llvm::MinMaxIntrinsic>(index.number()); });
    variable.add({access.instruction, is_write, is_constant, bytes, is_clamped});
  }

  NumberRanges& ranges_;
  llvm::MapVector<llvm::AllocaInst*, Variable> variables_;
};

}  // namespace

void set_stack_bytes(llvm::Module& module, KernelVersion kernel) {
  if (kernel >= first_without_need) return;
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    FunctionAnalyses analyses;
    NumberRanges ranges(function, analyses.manager(), kernel);
    Variables variables(ranges);
    for (const IndexedAccess& access : indexed_accesses(function)) variables.add(access);
    for (llvm::Instruction& instruction : llvm::instructions(function))
      if (auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) variables.add(*call);
    variables.prepare();
  }
}

}  // namespace ebpfxx::cc
