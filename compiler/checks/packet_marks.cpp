#include "checks/packet_marks.hpp"

#include <llvm/IR/DataLayout.h>
#include <llvm/IR/Operator.h>

namespace ebpfxx::cc {
namespace {

template <class Marks>
bool join_marks(Marks& marks, const Marks& others) {
  bool is_new = false;
  for (const auto& [key, mark] : others) {
    PacketMark& own = marks[key];
    const PacketMark both = joined(own, mark);
    is_new |= own != both;
    own = both;
  }
  return is_new;
}

}  // namespace

PacketMark joined(PacketMark one, PacketMark other) {
  return {one.is_packet || other.is_packet, one.moved_by ? one.moved_by : other.moved_by};
}

std::pair<const llvm::Value*, int64_t> stepped_back(const llvm::Value& pointer, const llvm::DataLayout& layout) {
  llvm::APInt offset(layout.getIndexTypeSizeInBits(pointer.getType()), 0);
  const llvm::Value* base = pointer.stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true);
  return {base, offset.getSExtValue()};
}

std::optional<Slot> slot_of(const llvm::Value& pointer, const llvm::DataLayout& layout) {
  const auto [base, offset] = stepped_back(pointer, layout);
  if (const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(base)) return Slot{variable, offset};
  const auto* step = llvm::dyn_cast<llvm::GEPOperator>(base);
  while (step) {
    const llvm::Value* before = stepped_back(*step->getPointerOperand(), layout).first;
    if (const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(before)) return Slot{variable, std::nullopt};
    step = llvm::dyn_cast<llvm::GEPOperator>(before);
  }
  return std::nullopt;
}

PacketMark PacketMarks::of(const llvm::Value* value) const {
  const auto found = values_.find(value);
  return found == values_.end() ? PacketMark() : found->second;
}

PacketMark PacketMarks::of(const Slot& slot) const {
  PacketMark mark;
  for (const auto& [other, other_mark] : slots_)
    if (other.variable == slot.variable && (other.offset == slot.offset || !other.offset || !slot.offset))
      mark = joined(mark, other_mark);
  return mark;
}

void PacketMarks::set(const llvm::Value* value, PacketMark mark) {
  if (mark.is_packet)
    values_[value] = mark;
  else
    values_.erase(value);
}

void PacketMarks::set(const Slot& slot, PacketMark mark) {
  if (!mark.is_packet) {
    if (slot.offset) slots_.erase(slot);  // the rest of the variable may still hold a packet pointer
  } else {
    slots_[slot] = slot.offset ? mark : joined(slots_[slot], mark);
  }
}

void PacketMarks::copy(const Slot& from, const Slot& to, int64_t size) {
  const std::map<Slot, PacketMark> before = slots_;
  const auto is_in = [&](const Slot& slot, const Slot& range) {
    return slot.variable == range.variable && slot.offset && *slot.offset >= *range.offset &&
           *slot.offset < *range.offset + size;
  };
  for (const auto& [slot, mark] : before)
    if (is_in(slot, to)) slots_.erase(slot);
  for (const auto& [slot, mark] : before)
    if (is_in(slot, from)) set(Slot{to.variable, *slot.offset - *from.offset + *to.offset}, mark);
}

void PacketMarks::move(const llvm::CallBase& call) {
  for (auto& [value, mark] : values_)
    if (!mark.moved_by) mark.moved_by = &call;
  for (auto& [slot, mark] : slots_)
    if (!mark.moved_by) mark.moved_by = &call;
}

bool PacketMarks::join(const PacketMarks& other) {
  const bool has_new_value = join_marks(values_, other.values_);
  return join_marks(slots_, other.slots_) || has_new_value;
}

}  // namespace ebpfxx::cc
