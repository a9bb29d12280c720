#include "checks/rules.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <linux/bpf.h>
#include <llvm/Support/MathExtras.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

// Of x86 and arm64 with pages of 4096 bytes, on Linux 6.1 to 6.18.
constexpr uint64_t largest_per_cpu_value = 32 << 10;       // PCPU_MIN_UNIT_SIZE in include/linux/percpu.h
constexpr uint64_t largest_allocation = 4 << 20;           // KMALLOC_MAX_SIZE in include/linux/slab.h
constexpr uint64_t hash_header = 64, trie_header = 304;    // what the kernel keeps in front, no less than that
constexpr uint64_t most_hash_entries = uint64_t{1} << 31;  // buckets are a power of two in 32 bits

/// A map as libbpf creates it.
struct MapSizes {
  uint64_t type, entries, key, value;
};

const clang::ClassTemplateSpecializationDecl* base_of_kind(const clang::CXXRecordDecl& map) {
  for (const clang::Decl* declaration : map.decls()) {
    const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(declaration);
    if (!alias || alias->getName() != "kind") continue;
    const clang::CXXRecordDecl* kind = alias->getUnderlyingType()->getAsCXXRecordDecl();
    if (!kind || kind->getNumBases() != 1) return nullptr;
    return llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(
        kind->bases_begin()->getType()->getAsCXXRecordDecl());
  }
  return nullptr;
}

uint64_t size_of_member(const clang::CXXRecordDecl& map, llvm::StringRef name) {
  for (const clang::Decl* declaration : map.decls())
    if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(declaration); alias && alias->getName() == name)
      return map.getASTContext().getTypeSizeInChars(alias->getUnderlyingType()).getQuantity();
  return 0;
}

std::optional<MapSizes> sizes_of(const clang::CXXRecordDecl& map) {
  const clang::ClassTemplateSpecializationDecl* kind = base_of_kind(map);  // MapKind<Type, MaxEntries, ...>
  if (!kind) return std::nullopt;
  const clang::TemplateArgumentList& arguments = kind->getTemplateArgs();
  return MapSizes{arguments[0].getAsIntegral().getZExtValue(), arguments[1].getAsIntegral().getZExtValue(),
                  size_of_member(map, "key_type"), size_of_member(map, "value_type")};
}

std::string bytes(uint64_t count) { return std::to_string(count) + " bytes"; }

/// What the kernel would say to the creation of the map: E2BIG or EINVAL.
std::string fault_of(const MapSizes& sizes) {
  switch (sizes.type) {
    case BPF_MAP_TYPE_PERCPU_HASH:
    case BPF_MAP_TYPE_PERCPU_ARRAY:
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
      if (llvm::alignTo(sizes.value, 8) > largest_per_cpu_value)
        return "has values of " + bytes(sizes.value) + ", the kernel keeps up to " + bytes(largest_per_cpu_value) +
               " per CPU; split the value, or use a Hash or an Array, whose values all CPUs share";
      break;
    case BPF_MAP_TYPE_HASH:
    case BPF_MAP_TYPE_LRU_HASH:
      if (sizes.key + sizes.value >= largest_allocation - hash_header)
        return "has keys and values of " + bytes(sizes.key + sizes.value) +
               " together, the kernel allocates less than " + bytes(largest_allocation - hash_header) +
               " for one; split the value, or use an Array";
      break;
    case BPF_MAP_TYPE_LPM_TRIE:
      if (sizes.value > largest_allocation - trie_header)
        return "has values of " + bytes(sizes.value) + ", the kernel allocates up to " +
               bytes(largest_allocation - trie_header) + " for one; split the value, or keep an index of an Array";
      break;
    default:
      return "";
  }
  const bool is_hash = sizes.type != BPF_MAP_TYPE_PERCPU_ARRAY && sizes.type != BPF_MAP_TYPE_LPM_TRIE;
  if (is_hash && sizes.entries > most_hash_entries)
    return "has " + std::to_string(sizes.entries) + " entries, a hash of the kernel has up to " +
           std::to_string(most_hash_entries) + "; give it as many as it needs";
  return "";
}

/// A record that is larger than the ring buffer would be dropped each time (bpf_ringbuf_reserve in
/// kernel/bpf/ringbuf.c).
std::string fault_of_records(const clang::ClassTemplateSpecializationDecl& ring) {
  const clang::TemplateArgumentList& arguments = ring.getTemplateArgs();
  if (ring.getName() != "RingBuffer" || arguments.size() != 2) return "";
  const uint64_t capacity = arguments[0].getAsIntegral().getZExtValue();
  const clang::ASTContext& context = ring.getASTContext();
  const uint64_t tag = arguments[1].pack_size() > 1 ? 8 : 0, header = 8;
  for (const clang::TemplateArgument& record : arguments[1].pack_elements()) {
    const uint64_t size = context.getTypeSizeInChars(record.getAsType()).getQuantity() + tag;
    if (llvm::alignTo(size + header, 8) >= capacity)
      return "has records of " + bytes(size) + ", '" + record.getAsType().getAsString(context.getPrintingPolicy()) +
             "', which never fit its " + bytes(capacity) + "; make it " +
             std::to_string(llvm::PowerOf2Ceil(llvm::alignTo(size + header, 8) + 1)) + " or larger";
  }
  return "";
}

}  // namespace

/// A map that no kernel creates, or a ring buffer that takes none of its records.
void check_map_size(const Source& source, Diagnostics& diagnostics) {
  for (const DeviceVariable& variable : source.unit.variables) {
    const clang::CXXRecordDecl* map = annotated_class(variable.variable->getType(), abi::map_annotation);
    if (!map) continue;
    std::string fault;
    if (const std::optional<MapSizes> sizes = sizes_of(*map))
      fault = fault_of(*sizes);
    else if (const auto* ring = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(map))
      fault = fault_of_records(*ring);
    if (!fault.empty())
      diagnostics.error(variable.variable->getLocation(), "map-size", quoted(*variable.variable) + " " + fault);
  }
}

}  // namespace ebpfxx::cc
