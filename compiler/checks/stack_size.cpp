#include "checks/rules.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Support/MathExtras.h>

#include <algorithm>

namespace ebpfxx::cc {
namespace {

constexpr uint64_t limit = 512;

class Frames {
 public:
  explicit Frames(const MachineCode& code) : code_(code) {}

  uint64_t own(const llvm::Function& function) const {
    const auto found = code_.frame_sizes.find(function.getName().str());
    return found == code_.frame_sizes.end() ? 0 : found->second;
  }

  /// With the deepest chain of calls. The verifier rounds each frame to 32 bytes (check_max_stack_depth in
  /// kernel/bpf/verifier.c); a frame alone is not rounded.
  uint64_t deepest(const llvm::Function& function) {
    const auto [known, is_new] = deepest_.try_emplace(&function, 0);  // 0 also ends a recursion
    if (!is_new) return known->second;
    uint64_t callees = 0;
    for (const llvm::BasicBlock& block : function)
      for (const llvm::Instruction& instruction : block) {
        const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
        const llvm::Function* callee = call ? call->getCalledFunction() : nullptr;
        if (callee && !callee->isDeclaration()) callees = std::max(callees, llvm::alignTo(deepest(*callee), 32));
      }
    return deepest_[&function] = callees == 0 ? own(function) : callees + llvm::alignTo(own(function), 32);
  }

 private:
  const MachineCode& code_;
  llvm::DenseMap<const llvm::Function*, uint64_t> deepest_;
};

}  // namespace

/// A program whose frames, its own and those of the subprograms it calls, need more than 512 bytes
/// (MAX_BPF_STACK in include/linux/filter.h).
void check_stack_size(const GeneratedCode& generated, Diagnostics& diagnostics) {
  Frames frames(generated.code);
  for (const Program& program : generated.locations.unit().programs) {
    const llvm::Function* function = generated.module.getFunction(program.symbol);
    if (!function || function->isDeclaration()) continue;
    const uint64_t size = frames.deepest(*function);
    if (size <= limit) continue;
    const std::string with_calls = size == frames.own(*function) ? "" : " with its calls";
    diagnostics.error(program.variable->getLocation(), "stack-size",
                      "program " + quoted(*program.variable) + " needs " + std::to_string(size) + " bytes of stack" +
                          with_calls + ", the kernel gives " + std::to_string(limit) +
                          "; keep large values in a map or a PerCpu");
  }
}

}  // namespace ebpfxx::cc
