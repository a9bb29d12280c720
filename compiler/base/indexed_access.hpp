#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Operator.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/number_ranges.hpp"
#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// An operand of an address that is a run-time number.
struct IndexOperand {
  llvm::GEPOperator* address;
  unsigned operand;
  int64_t stride;
  uint64_t elements;  ///< of the array that it indexes; 0: the type does not say

  llvm::Value& number() const { return *address->getOperand(operand); }
  /// The number that a loop carries and this one is, extended or masked; null if it is another.
  llvm::PHINode* counter() const;
  /// What the verifier knows of the number, once it is multiplied.
  llvm::ConstantRange followed(NumberRanges& ranges, llvm::Instruction& at) const;
};

/// From the least byte offset to the greatest, both included.
struct Extent {
  __int128 low = 0;
  __int128 high = 0;
};

/// Bytes read or written at a run-time or constant offset from where an object or a pointer starts.
struct IndexedAccess {
  llvm::Instruction* instruction;
  unsigned pointer;  ///< the operand that is the address
  uint64_t size;     ///< bytes that it reads or writes there
  llvm::Value* base;
  int64_t constant = 0;
  llvm::SmallVector<IndexOperand, 2> indexes;

  llvm::Value& address() const { return *instruction->getOperand(pointer); }
  Extent proven(NumberRanges& ranges) const;
  Extent followed(NumberRanges& ranges) const;
};

/// The byte size of the variable, map value or record that starts at `base`; empty for any other memory.
std::optional<uint64_t> object_size(const llvm::Value& base, const TranslationUnit& unit);

/// In the order of the instructions.
std::vector<IndexedAccess> indexed_accesses(llvm::Function& function);

/// A comparison with the end of the packet, on the way to an access.
struct PacketBound {
  llvm::Value* end;
  uint64_t bytes;  ///< that are known to be there behind the base
};

/// What is known of an access, in the order in which it is asked.
struct Judgement {
  enum class Outcome {
    Followed,  ///< the verifier sees that it is within the object, or nobody knows the object
    Proven,    ///< LLVM's analyses show it, the verifier does not see it
    Unproven,
  };

  Outcome outcome = Outcome::Followed;
  uint64_t size = 0;                  ///< of the object, in bytes
  std::optional<PacketBound> packet;  ///< for an access of a packet
  bool is_in_kernel = false;          ///< an array in a kernel's object, of whose end the verifier knows nothing
};

Judgement judge(const IndexedAccess& access, NumberRanges& ranges, const TranslationUnit& unit);

}  // namespace ebpfxx::cc
