#pragma once

#include <llvm/IR/Instructions.h>

#include <map>
#include <optional>
#include <utility>

namespace ebpfxx::cc {

/// What is known of a value at an instruction.
struct PacketMark {
  bool is_packet = false;                    ///< a packet pointer, on some path to here
  const llvm::CallBase* moved_by = nullptr;  ///< and the packet has moved since, on some path, by this call

  bool operator==(const PacketMark&) const = default;
};

/// What is known where paths meet, or of what is computed from both.
PacketMark joined(PacketMark one, PacketMark other);

/// `pointer` without constant steps, and their sum.
std::pair<const llvm::Value*, int64_t> stepped_back(const llvm::Value& pointer, const llvm::DataLayout& layout);

/// A pointer into a variable on the stack. Without an offset: somewhere in it.
struct Slot {
  const llvm::AllocaInst* variable;
  std::optional<int64_t> offset;

  auto operator<=>(const Slot&) const = default;
};

std::optional<Slot> slot_of(const llvm::Value& pointer, const llvm::DataLayout& layout);

/// The marks of values and of stack variables at one instruction of a function. What has none is no pointer into the
/// packet.
class PacketMarks {
 public:
  PacketMark of(const llvm::Value* value) const;
  PacketMark of(const Slot& slot) const;

  void set(const llvm::Value* value, PacketMark mark);
  void set(const Slot& slot, PacketMark mark);

  /// Copies `size` bytes on the stack. Both slots have an offset.
  void copy(const Slot& from, const Slot& to, int64_t size);

  /// The packet moves.
  void move(const llvm::CallBase& call);

  /// Adds the marks of another path to this point. Returns whether a mark was new.
  bool join(const PacketMarks& other);

 private:
  std::map<const llvm::Value*, PacketMark> values_;
  std::map<Slot, PacketMark> slots_;
};

}  // namespace ebpfxx::cc
