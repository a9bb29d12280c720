#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <map>
#include <string>
#include <vector>

namespace ebpfxx::cc {

/// What LLVM's BPF target says about code that it cannot express.
struct BackendFault {
  std::string function;
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  std::string message;
  uint64_t assembly = 0;  ///< clang's number for the location of an assembly statement; 0 for other code
};

struct MachineCode {
  std::string contents;  ///< ELF or assembly
  std::vector<BackendFault> faults;
  std::map<std::string, uint64_t> frame_sizes;  ///< bytes of stack of each function
};

MachineCode emit_machine_code(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType type);

}  // namespace ebpfxx::cc
