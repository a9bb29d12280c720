#include "layout.hpp"

#include <algorithm>

namespace ebpfxx::vmlinux {
namespace {

std::uint64_t round_up(std::uint64_t number, std::uint64_t unit) { return (number + unit - 1) / unit * unit; }

}  // namespace

Placement Layout::placement(TypeId record, std::size_t index) const {
  const btf_type& type = types_[record];
  return {btf_member_bit_offset(&type, static_cast<std::uint32_t>(index)),
          btf_member_bitfield_size(&type, static_cast<std::uint32_t>(index))};
}

bool Layout::is_packed(TypeId record) {
  const auto known = packed_.find(record);
  if (known != packed_.end()) return known->second;
  return packed_[record] = find_packed(record);
}

bool Layout::find_packed(TypeId record) {
  std::uint64_t largest = 1;
  for (std::size_t i = 0; i < types_.members(record).size(); ++i) {
    const TypeId type = types_.members(record)[i].type;
    const Placement place = placement(record, i);
    const std::uint64_t bits = 8 * alignment(type);
    const bool crosses = place.offset / bits != (place.offset + place.width - 1) / bits;
    if (place.width == 0 ? place.offset % bits != 0 : crosses) return true;
    largest = std::max(largest, bits / 8);
  }
  return types_.size(record) % largest != 0;
}

std::uint64_t Layout::alignment(TypeId type) {
  constexpr std::uint64_t largest = 16;
  const TypeId id = types_.resolved(type);
  switch (types_.kind(id)) {
    case BTF_KIND_ARRAY:
      return alignment(btf_array(&types_[id])->type);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: {
      if (is_packed(id)) return 1;
      std::uint64_t result = 1;
      for (const btf_member& member : types_.members(id)) result = std::max(result, alignment(member.type));
      return result;
    }
    default:
      return std::clamp<std::uint64_t>(types_.size(id), 1, largest);
  }
}

std::uint64_t Layout::natural_size(TypeId record) {
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < types_.members(record).size(); ++i) {
    const Placement place = placement(record, i);
    const std::uint64_t width = place.width != 0 ? place.width : 8 * types_.size(types_.members(record)[i].type);
    end = std::max(end, place.offset + width);
  }
  return round_up(end, 8 * alignment(record));
}

std::uint64_t Layout::next_place(std::uint64_t position, TypeId type, const Placement& placement, bool packed) {
  const std::uint64_t unit = 8 * (packed ? 1 : alignment(type));
  if (placement.width == 0) return round_up(position, unit);
  const bool crosses = position / unit != (position + placement.width - 1) / unit;
  return packed || !crosses ? position : round_up(position, unit);
}

}  // namespace ebpfxx::vmlinux
