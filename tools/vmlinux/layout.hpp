#pragma once

#include <cstdint>
#include <map>

#include "kernel_btf.hpp"

namespace ebpfxx::vmlinux {

/// Where a member is, in bits.
struct Placement {
  std::uint64_t offset = 0;
  std::uint64_t width = 0;  ///< of a bit-field; 0 for other members
};

/// How the members of structs and unions are laid out by the kernel's compiler, as far as C++ has to be told.
///
/// BTF says where members are but not why: neither `packed` nor `aligned` is in it.
class Layout {
 public:
  explicit Layout(const KernelBtf& types) : types_(types) {}

  Placement placement(TypeId record, std::size_t index) const;

  /// Whether the record has the layout that BTF says only if it is packed.
  bool is_packed(TypeId record);

  /// What a C++ compiler aligns the type to, as it is in the header; in bytes.
  std::uint64_t alignment(TypeId type);

  /// The size of the record before padding is added behind its last member; in bits.
  std::uint64_t natural_size(TypeId record);

  /// Where a C++ compiler puts a member that comes after `position` bits; in bits.
  std::uint64_t next_place(std::uint64_t position, TypeId type, const Placement& placement, bool packed);

 private:
  bool find_packed(TypeId record);

  const KernelBtf& types_;
  std::map<TypeId, bool> packed_;
};

}  // namespace ebpfxx::vmlinux
