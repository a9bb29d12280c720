#include "checks/rules.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/IntrinsicInst.h>

#include "base/helper_table.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

bool calls(const llvm::CallBase& call, llvm::StringRef helper) {
  const HelperInfo* called = called_helper(call);
  return called && called->name == helper;
}

/// Follows a function's paths: a lock that is held on one of them is held.
class LockFlow {
 public:
  LockFlow(const IrLocations& locations, Diagnostics& diagnostics) : locations_(locations), diagnostics_(diagnostics) {}

  void run(const llvm::Function& function) {
    llvm::SmallVector<const llvm::BasicBlock*> rest = {&function.getEntryBlock()};
    held_at_start_[rest.front()] = nullptr;
    while (!rest.empty()) {
      const llvm::BasicBlock* block = rest.pop_back_val();
      const llvm::CallBase* held = through(*block, held_at_start_.lookup(block));
      for (const llvm::BasicBlock* next : llvm::successors(block)) {
        const auto [known, added] = held_at_start_.try_emplace(next, held);
        if (!added && (known->second || !held)) continue;
        known->second = held;
        rest.push_back(next);
      }
    }
  }

 private:
  /// The call that took the lock which is held at the end of `block`, or null.
  const llvm::CallBase* through(const llvm::BasicBlock& block, const llvm::CallBase* held) {
    for (const llvm::Instruction& instruction : block) {
      const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (!call || call->isInlineAsm() || llvm::isa<llvm::IntrinsicInst>(call)) continue;
      if (calls(*call, "spin_unlock"))
        held = nullptr;
      else if (held)
        report(*call, *held);
      else if (calls(*call, "spin_lock"))
        held = call;
    }
    return held;
  }

  void report(const llvm::CallBase& call, const llvm::CallBase& held) {
    const CallTrail trail = locations_.trail(call);
    std::vector<Note> notes = {{locations_.trail(held).where, "the lock is taken here"}};
    notes.insert(notes.end(), trail.calls.begin(), trail.calls.end());
    diagnostics_.error(
        trail.where, "lock",
        calls(call, "spin_lock")
            ? "takes a lock under another one, and the kernel allows one at a time; end the first before"
            : "calls " + name_of(call) + " under a lock, where the kernel allows no call; call it before",
        notes);
  }

  std::string name_of(const llvm::CallBase& call) const {
    const HelperInfo* helper = called_helper(call);
    const std::string called = locations_.callee(call);
    if (!helper) return called.empty() ? "a function" : "'" + called + "'";
    return called.empty() ? "'" + helper->name.str() + "'" : "'" + called + "' (helper '" + helper->name.str() + "')";
  }

  const IrLocations& locations_;
  Diagnostics& diagnostics_;
  llvm::DenseMap<const llvm::BasicBlock*, const llvm::CallBase*> held_at_start_;
};

}  // namespace

/// lock: a helper or a function called, or a second lock taken, while a program holds a spin lock. Of all helpers the
/// kernel allows only the one that releases it (do_check in kernel/bpf/verifier.c).
void check_lock(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const Program& program : code.locations.unit().programs)
    for (const llvm::Function* function : code_of(program, code.module))
      LockFlow(code.locations, diagnostics).run(*function);
}

}  // namespace ebpfxx::cc
