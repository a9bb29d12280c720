#pragma once

#include <linux/bpf.h>

#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/SetVector.h>
#include <llvm/IR/InstrTypes.h>

#include <vector>

#include "checks/packet_marks.hpp"

namespace ebpfxx::cc {

enum class PacketUse { Read, Write, Compare, HandOver };

/// A packet pointer used after the packet has moved.
struct StaleUse {
  const llvm::Instruction* use;
  PacketUse kind;
  const llvm::CallBase* moved_by;
};

/// Returns whether programs of this type see the memory of a packet, through pointers in their context.
bool has_packet(bpf_prog_type type);

/// Follows packet pointers through the code of one program, as the verifier does: from the loads of data, data_end
/// and data_meta out of the context, through arithmetic, branches, variables on the stack and functions. A call of a
/// helper that moves the packet makes all of them stale (clear_all_pkt_pointers in kernel/bpf/verifier.c), whichever
/// variable they are in; numbers, such as the difference of two places and what was read from the packet, stay what
/// they are.
class PacketFlow {
 public:
  /// `code` as code_of gives it: the function first whose only argument is the context of a program of this type.
  PacketFlow(const llvm::SetVector<const llvm::Function*>& code, bpf_prog_type type);

  /// In the order of the instructions.
  std::vector<StaleUse> stale_uses();

 private:
  friend class FunctionFlow;

  bool moves(const llvm::CallBase& call) const;
  void find_moving_functions();
  /// Adds the marks of a call's arguments to the functions that it runs. Returns whether a mark was new.
  bool hand_over(const llvm::CallBase& call, unsigned argument, bool is_packet);

  const llvm::SetVector<const llvm::Function*>& code_;
  const bpf_prog_type type_;
  llvm::DenseSet<const llvm::Function*> moving_functions_;
  llvm::DenseSet<const llvm::Function*> packet_functions_;  ///< return a packet pointer
  llvm::DenseSet<const llvm::Value*> contexts_;             ///< arguments
  llvm::DenseSet<const llvm::Value*> packet_arguments_;
};

}  // namespace ebpfxx::cc
