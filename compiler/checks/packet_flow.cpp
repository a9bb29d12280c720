#include "checks/packet_flow.hpp"

#include <linux/bpf_perf_event.h>

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/IR/Module.h>

#include <cstddef>
#include <map>
#include <optional>

#include "base/helper_table.hpp"
#include "checks/branch_facts.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

enum class PacketBytes { None, ReadOnly, ReadWrite };

/// Returns whether a packet pointer is at this offset in a context.
template <class Context>
bool is_packet_field(int64_t offset) {
  if constexpr (requires(Context context) { context.data_meta; })
    return offset == offsetof(Context, data) || offset == offsetof(Context, data_end) ||
           offset == offsetof(Context, data_meta);
  else
    return false;
}

bool is_packet_field(int64_t offset, bpf_prog_type type) {
#define EBPFXX_PROGRAM_TYPE(name, context, ...) \
  if (type == BPF_PROG_TYPE_##name) return is_packet_field<context>(offset);
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
  return false;
}

/// Returns whether the call returns its argument unchanged.
bool passes_through(const llvm::CallBase& call) {
  if (call.isInlineAsm()) return true;
  switch (call.getIntrinsicID()) {
    case llvm::Intrinsic::bpf_passthrough:
    case llvm::Intrinsic::launder_invariant_group:
    case llvm::Intrinsic::strip_invariant_group:
    case llvm::Intrinsic::ssa_copy:
      return true;
    default:
      return false;
  }
}

/// Instructions whose result is a packet pointer when an operand is one.
bool keeps_places(const llvm::Instruction& instruction) {
  switch (instruction.getOpcode()) {
    case llvm::Instruction::ZExt:
    case llvm::Instruction::IntToPtr:
    case llvm::Instruction::PtrToInt:
    case llvm::Instruction::BitCast:
    case llvm::Instruction::AddrSpaceCast:
    case llvm::Instruction::GetElementPtr:
    case llvm::Instruction::Add:
    case llvm::Instruction::Or:  // an addition where no bit is set in both
    case llvm::Instruction::Freeze:
    case llvm::Instruction::ExtractValue:
    case llvm::Instruction::InsertValue:
      return true;
    default:
      return false;
  }
}

/// When more states than this reach a block, they are merged, and what is known of branches is dropped.
constexpr std::size_t most_states = 32;

}  // namespace

/// The flow through one function, with what is known of the others so far.
class FunctionFlow {
 public:
  FunctionFlow(PacketFlow& program, const llvm::Function& function)
      : program_(program), function_(function), layout_(function.getParent()->getDataLayout()), conditions_(function) {}

  /// Whether there is news for other functions.
  bool run() {
    PacketMarks& at_entry = at_begin_[&function_.getEntryBlock()][BranchFacts()];
    for (const llvm::Argument& argument : function_.args())
      if (program_.packet_arguments_.contains(&argument)) at_entry.set(&argument, {true, nullptr});
    const llvm::ReversePostOrderTraversal<const llvm::Function*> order(&function_);
    for (bool changed = true; changed;) {
      changed = false;
      for (const llvm::BasicBlock* block : order) {
        const States states = at_begin_[block];
        for (const auto& [facts, marks] : states) changed |= run(*block, facts, marks);
      }
    }
    return has_news_;
  }

  void find_stale_uses(std::vector<StaleUse>& uses) {
    for (const llvm::BasicBlock& block : function_)
      for (auto [facts, marks] : at_begin_[&block])
        for (const llvm::Instruction& instruction : block) {
          find_stale_uses(instruction, marks, uses);
          step(instruction, marks);
        }
  }

 private:
  /// What is known of branches on the paths to an instruction, and the marks there.
  using States = std::map<BranchFacts, PacketMarks>;

  /// From the begin of a block to the begins of the next ones. Whether that told them anything new.
  bool run(const llvm::BasicBlock& block, BranchFacts facts, PacketMarks marks) {
    for (const llvm::Instruction& instruction : block) {
      step(instruction, marks);
      if (!llvm::isa<llvm::PHINode>(instruction)) facts.forget(&instruction, conditions_);
    }
    const auto* branch = llvm::dyn_cast<llvm::BranchInst>(block.getTerminator());
    bool is_new = false;
    if (branch && branch->isConditional()) {
      for (const bool truth : {true, false}) {
        if (facts.truth(branch->getCondition(), conditions_) == !truth) continue;
        BranchFacts after = facts;
        after.assume(branch->getCondition(), truth, conditions_);
        is_new |= enter(block, *branch->getSuccessor(truth ? 0 : 1), after, marks);
      }
    } else {
      for (const llvm::BasicBlock* next : llvm::successors(&block)) is_new |= enter(block, *next, facts, marks);
    }
    return is_new;
  }

  bool enter(const llvm::BasicBlock& block, const llvm::BasicBlock& next, const BranchFacts& facts_before,
             const PacketMarks& marks_before) {
    PacketMarks marks = marks_before;
    BranchFacts facts = facts_before;
    for (const llvm::PHINode& phi : next.phis()) {
      const llvm::Value* value = phi.getIncomingValueForBlock(&block);
      marks.set(&phi, marks_before.of(value));
      facts.forget(&phi, conditions_);
      if (!phi.getType()->isIntegerTy(1)) continue;
      if (const std::optional<bool> truth = facts_before.truth(value, conditions_))
        facts.assume(&phi, *truth, conditions_);
    }
    States& states = at_begin_[&next];
    if (states.size() >= most_states && !states.contains(facts)) facts = BranchFacts();
    const auto [state, is_new] = states.try_emplace(facts);
    return state->second.join(marks) || is_new;
  }

  void step(const llvm::Instruction& instruction, PacketMarks& marks) {
    if (llvm::isa<llvm::PHINode>(instruction)) return;  // `enter` did it
    if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
      if (const auto slot = slot_of(*store->getPointerOperand(), layout_))
        marks.set(*slot, marks.of(store->getValueOperand()));
    } else if (const auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(&instruction)) {
      copy(*transfer, marks);
    } else if (const auto* result = llvm::dyn_cast<llvm::ReturnInst>(&instruction)) {
      if (marks.of(result->getReturnValue()).is_packet)
        has_news_ |= program_.packet_functions_.insert(&function_).second;
    } else if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
      step_call(*call, marks);
    } else if (!instruction.getType()->isVoidTy()) {
      marks.set(&instruction, result_of(instruction, marks));
    }
  }

  void step_call(const llvm::CallBase& call, PacketMarks& marks) {
    for (unsigned i = 0; i < call.arg_size(); ++i)
      has_news_ |= program_.hand_over(call, i, marks.of(call.getArgOperand(i)).is_packet);
    PacketMark result;
    if (passes_through(call))
      for (const llvm::Use& argument : call.args()) result = joined(result, marks.of(argument.get()));
    if (program_.moves(call)) marks.move(call);
    for (const llvm::Function* callee : functions_of(call))
      result.is_packet |= program_.packet_functions_.contains(callee);
    if (!call.getType()->isVoidTy()) marks.set(&call, result);
  }

  PacketMark result_of(const llvm::Instruction& instruction, const PacketMarks& marks) const {
    if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) return loaded(*load, marks);
    if (const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&instruction))
      return joined(marks.of(choice->getTrueValue()), marks.of(choice->getFalseValue()));
    if (instruction.getOpcode() == llvm::Instruction::Sub) {
      const PacketMark left = marks.of(instruction.getOperand(0));
      return marks.of(instruction.getOperand(1)).is_packet ? PacketMark() : left;
    }
    PacketMark result;
    if (keeps_places(instruction))
      for (const llvm::Use& operand : instruction.operands()) result = joined(result, marks.of(operand.get()));
    return result;
  }

  PacketMark loaded(const llvm::LoadInst& load, const PacketMarks& marks) const {
    const auto [base, offset] = stepped_back(*load.getPointerOperand(), layout_);
    if (program_.contexts_.contains(base)) return {is_packet_field(offset, program_.type_), nullptr};
    const auto slot = slot_of(*load.getPointerOperand(), layout_);
    return slot ? marks.of(*slot) : PacketMark();
  }

  void copy(const llvm::MemTransferInst& transfer, PacketMarks& marks) const {
    const auto from = slot_of(*transfer.getRawSource(), layout_);
    const auto to = slot_of(*transfer.getRawDest(), layout_);
    const auto* length = llvm::dyn_cast<llvm::ConstantInt>(transfer.getLength());
    if (!from || !to || !from->offset || !to->offset || !length) return;
    marks.copy(*from, *to, length->getSExtValue());
  }

  void find_stale_uses(const llvm::Instruction& instruction, const PacketMarks& marks,
                       std::vector<StaleUse>& uses) const {
    const auto use = [&](const llvm::Value* place, PacketUse kind) {
      const PacketMark mark = marks.of(place);
      if (mark.moved_by) uses.push_back({&instruction, kind, mark.moved_by});
    };
    if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
      use(load->getPointerOperand(), PacketUse::Read);
    } else if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
      use(store->getPointerOperand(), PacketUse::Write);
    } else if (const auto* change = llvm::dyn_cast<llvm::AtomicRMWInst>(&instruction)) {
      use(change->getPointerOperand(), PacketUse::Write);
    } else if (const auto* exchange = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&instruction)) {
      use(exchange->getPointerOperand(), PacketUse::Write);
    } else if (const auto* memory = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction)) {
      use(memory->getRawDest(), PacketUse::Write);
      if (const auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(memory))
        use(transfer->getRawSource(), PacketUse::Read);
    } else if (const auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(&instruction)) {
      find_stale_comparison(*comparison, marks, uses);
    } else if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
      if (is_helper_call(*call) || !functions_of(*call).empty())
        for (const llvm::Use& argument : call->args())
          if (argument->getType()->isPointerTy()) use(argument.get(), PacketUse::HandOver);
    }
  }

  /// Finds the comparison of a packet pointer from before a move with one from after it. Two pointers from before are
  /// plain numbers to the verifier, which learns nothing from comparing them; their later uses are reported instead.
  void find_stale_comparison(const llvm::ICmpInst& comparison, const PacketMarks& marks,
                             std::vector<StaleUse>& uses) const {
    const PacketMark left = marks.of(comparison.getOperand(0));
    const PacketMark right = marks.of(comparison.getOperand(1));
    if (left.is_packet && right.is_packet && !left.moved_by != !right.moved_by)
      uses.push_back({&comparison, PacketUse::Compare, left.moved_by ? left.moved_by : right.moved_by});
  }

  PacketFlow& program_;
  const llvm::Function& function_;
  const llvm::DataLayout& layout_;
  const Conditions conditions_;
  llvm::DenseMap<const llvm::BasicBlock*, States> at_begin_;
  bool has_news_ = false;
};

bool has_packet(bpf_prog_type type) {
#define EBPFXX_PROGRAM_TYPE(name, context, packet, ...) \
  if (type == BPF_PROG_TYPE_##name) return PacketBytes::packet != PacketBytes::None;
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
  return false;
}

PacketFlow::PacketFlow(const llvm::SetVector<const llvm::Function*>& code, bpf_prog_type type)
    : code_(code), type_(type) {
  find_moving_functions();
  if (!code_.empty() && code_.front()->arg_size() > 0) contexts_.insert(code_.front()->getArg(0));
}

std::vector<StaleUse> PacketFlow::stale_uses() {
  std::vector<StaleUse> uses;
  if (moving_functions_.empty()) return uses;
  for (bool has_news = true; has_news;) {
    has_news = false;
    uses.clear();
    for (const llvm::Function* function : code_) {
      FunctionFlow flow(*this, *function);
      has_news |= flow.run();
      flow.find_stale_uses(uses);
    }
  }
  return uses;
}

bool PacketFlow::moves(const llvm::CallBase& call) const {
  if (const HelperInfo* helper = called_helper(call); helper && helper->moves_packet) return true;
  return llvm::any_of(functions_of(call),
                      [&](const llvm::Function* function) { return moving_functions_.contains(function); });
}

void PacketFlow::find_moving_functions() {
  for (bool changed = true; changed;) {
    changed = false;
    for (const llvm::Function* function : code_)
      for (const llvm::BasicBlock& block : *function)
        for (const llvm::Instruction& instruction : block)
          if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction); call && moves(*call))
            changed |= moving_functions_.insert(function).second;
  }
}

bool PacketFlow::hand_over(const llvm::CallBase& call, unsigned argument, bool is_packet) {
  const llvm::Function* callee = call.getCalledFunction();
  if (!callee || callee->isDeclaration() || argument >= callee->arg_size()) return false;
  const llvm::Value* parameter = callee->getArg(argument);
  if (is_packet) return packet_arguments_.insert(parameter).second;
  return contexts_.contains(call.getArgOperand(argument)->stripPointerCasts()) && contexts_.insert(parameter).second;
}

}  // namespace ebpfxx::cc
