#pragma once

#include <llvm/IR/Function.h>
#include <llvm/IR/GlobalVariable.h>

#include <cstdint>
#include <optional>

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// An address in the context of a program.
struct ContextAddress {
  llvm::Argument* context;
  llvm::GlobalVariable* field = nullptr;  ///< the relocation of the field that it counts from; null: the context
  int64_t offset = 0;                     ///< in bytes
  bool is_constant = true;                ///< whether the offset is known
  bool is_plain = true;                   ///< whether it counts from one field, or from the context, on every path

  /// Whether the verifier takes it: a constant, and nothing is added to what a relocation is.
  bool is_taken() const { return is_plain && is_constant && (field == nullptr || offset == 0); }
};

/// What the address is in the context of the program whose function it is in; empty when it is no such address.
std::optional<ContextAddress> context_address(llvm::Value& address, llvm::Argument& context);

/// The context that the function is given; null when it is no program's.
llvm::Argument* context_of(llvm::Function& function, const TranslationUnit& unit);

/// The relocation that gives the offset, as clang's chains of accesses become one; null for anything else.
llvm::GlobalVariable* relocation_of(const llvm::Value& offset);

/// The address that a relocated field is found from; null when the value is no relocated field.
struct RelocatedField {
  llvm::Value* object;
  llvm::GlobalVariable* relocation;
};
std::optional<RelocatedField> relocated_field(const llvm::Value& address);

}  // namespace ebpfxx::cc
