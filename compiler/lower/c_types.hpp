#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/DebugInfoMetadata.h>

namespace ebpfxx::cc {

/// Describes C++ types as C would, for BTF, which knows nothing else: classes become structs of their data members,
/// bases are flattened into them, references become pointers, names become C identifiers. Sizes and offsets stay.
///
/// Builds new types beside the old ones; a type is described once.
class CTypes {
 public:
  explicit CTypes(llvm::LLVMContext& context) : context_(context) {}

  llvm::DIType* type(llvm::DIType* type);
  llvm::DISubroutineType* signature(llvm::DISubroutineType* type);

  /// The type of a map variable: what its members point to is a part of the definition.
  llvm::DIType* map_definition(llvm::DIType* type);

 private:
  using Describe = llvm::DIType* (CTypes::*)(llvm::DIType*);

  llvm::DIType* make(llvm::DIType* type);
  llvm::DIType* basic(llvm::DIBasicType* type);
  llvm::DIType* derived(llvm::DIDerivedType* type, Describe behind_pointer, Describe behind_name);
  llvm::DIType* composite(llvm::DICompositeType* type);
  llvm::DIType* record(llvm::DICompositeType* type, bool is_map_definition = false);
  llvm::DIType* enumeration(llvm::DICompositeType* type);
  llvm::DIType* array(llvm::DICompositeType* type);
  llvm::DIType* member_type(llvm::DIType* type);
  llvm::DIType* pointee(llvm::DIType* type);
  llvm::DIType* forward(llvm::DICompositeType* type);
  llvm::DIType* opaque_bytes(uint64_t size_in_bits);
  llvm::DIDerivedType* wrap(unsigned tag, llvm::StringRef name, llvm::DIType* base, uint64_t size_in_bits);

  void add_members(llvm::DICompositeType* from, llvm::DICompositeType* to, uint64_t offset, bool is_map_definition,
                   llvm::SmallVectorImpl<llvm::DIDerivedType*>& members);
  llvm::DIDerivedType* member(llvm::DIDerivedType* from, llvm::DIType* type, llvm::DICompositeType* to,
                              uint64_t offset);

  llvm::LLVMContext& context_;
  llvm::DenseMap<llvm::DIType*, llvm::DIType*> made_;
  llvm::DenseMap<llvm::DICompositeType*, llvm::DIType*> forward_;
};

}  // namespace ebpfxx::cc
