#include "lower/spill_slots.hpp"

#include <llvm/CodeGen/MachineFrameInfo.h>
#include <llvm/CodeGen/MachineFunction.h>

namespace ebpfxx::cc {
namespace {

class SpillSlots : public llvm::MachineFunctionPass {
 public:
  SpillSlots() : MachineFunctionPass(id) {}

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    constexpr std::int64_t size = 8;
    llvm::MachineFrameInfo& frame = function.getFrameInfo();
    bool changed = false;
    for (int slot = 0; slot < frame.getObjectIndexEnd(); ++slot) {
      if (!frame.isSpillSlotObjectIndex(slot) || frame.isDeadObjectIndex(slot) || frame.getObjectSize(slot) >= size)
        continue;
      frame.setObjectSize(slot, size);
      frame.setObjectAlignment(slot, llvm::Align(size));
      changed = true;
    }
    return changed;
  }

 private:
  static inline char id = 0;
};

}  // namespace

llvm::MachineFunctionPass* create_spill_slots_pass() { return new SpillSlots; }

}  // namespace ebpfxx::cc
