#pragma once

#include <llvm/CodeGen/TargetInstrInfo.h>

namespace ebpfxx::cc {

/// BPF's opcodes are private to LLVM, their names are not.
inline unsigned opcode_of(llvm::StringRef name, const llvm::TargetInstrInfo& instructions) {
  for (unsigned code = 0; code < instructions.getNumOpcodes(); ++code)
    if (instructions.getName(code) == name) return code;
  llvm_unreachable("BPF has no such instruction");
}

}  // namespace ebpfxx::cc
