#pragma once

#include <bpf/btf.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "subcommand.hpp"

namespace ebpfxx::vmlinux {

/// The kernel's number of a type; 0 is void.
using TypeId = std::uint32_t;

/// The types of a kernel, as its BTF has them (Documentation/bpf/btf.rst in the kernel's tree).
class KernelBtf {
 public:
  /// `path`: raw BTF, as /sys/kernel/btf/vmlinux, or an ELF file with a .BTF section. Throws tool::Failure.
  explicit KernelBtf(const std::string& path);

  TypeId count() const { return btf__type_cnt(btf_.get()); }
  const btf_type& operator[](TypeId id) const { return *btf__type_by_id(btf_.get(), id); }
  unsigned kind(TypeId id) const { return btf_kind(&(*this)[id]); }
  std::string name(TypeId id) const { return text((*this)[id].name_off); }
  std::string text(std::uint32_t offset) const { return btf__str_by_offset(btf_.get(), offset); }

  /// Bytes; as the kernel's compiler laid it out.
  std::uint64_t size(TypeId id) const { return static_cast<std::uint64_t>(btf__resolve_size(btf_.get(), id)); }

  std::span<const btf_member> members(TypeId id) const { return {btf_members(&(*this)[id]), btf_vlen(&(*this)[id])}; }
  std::span<const btf_param> parameters(TypeId id) const { return {btf_params(&(*this)[id]), btf_vlen(&(*this)[id])}; }

  /// The name of the enumerator at `index`, and its value, extended to 64 bits by its sign if the enum has one.
  std::string enumerator(TypeId enumeration, std::size_t index) const;
  std::uint64_t enumerator_value(TypeId enumeration, std::size_t index) const;

  /// `id` without const, volatile, restrict and type tags in front of it.
  TypeId without_qualifiers(TypeId id) const;
  /// `id` without qualifiers and names: what it is in the end.
  TypeId resolved(TypeId id) const;

  bool is_record(TypeId id) const { return kind(id) == BTF_KIND_STRUCT || kind(id) == BTF_KIND_UNION; }
  bool is_enumeration(TypeId id) const { return kind(id) == BTF_KIND_ENUM || kind(id) == BTF_KIND_ENUM64; }
  bool is_unnamed_record(TypeId id) const { return is_record(id) && (*this)[id].name_off == 0; }

  /// What has this name, of the kinds that a name can be asked for, in the order of the BTF.
  std::vector<TypeId> find(const std::string& name, std::initializer_list<unsigned> kinds) const;

  /// The struct or union that a forward declaration stands for; 0 when there is none.
  TypeId definition_of(TypeId forward) const;

  /// A name that is nearly `name`, or nothing.
  std::string similar_name(const std::string& name) const;

 private:
  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };

  std::unique_ptr<btf, Free> btf_;
  std::map<std::string, std::vector<TypeId>, std::less<>> by_name_;
};

}  // namespace ebpfxx::vmlinux
