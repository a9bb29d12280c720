#pragma once

#include <bpf/btf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebpfxx::detail::load {

/// Compares how two BTF types lie in memory, field by field: names, offsets, sizes and signs. What the types themselves
/// are called does not count, nor through how many typedefs.
class LayoutComparison {
 public:
  /// `there` is what is pinned, `here` what this application would create.
  LayoutComparison(const btf& there, const btf& here) : there_(there), here_(here) {}

  /// What differs first, as "field 'bytes' is 'unsigned int' at byte 8 there, 'unsigned long' at byte 8 here"; nothing
  /// if nothing does.
  std::optional<std::string> difference(std::uint32_t there, std::uint32_t here) const {
    return compare(Place{"", 0, 0}, there, here);
  }

 private:
  struct Place {
    std::string field;          ///< as "ports.source"; empty for the whole
    std::uint32_t there, here;  ///< offsets in bits
  };

  std::optional<std::string> compare(const Place& place, std::uint32_t there, std::uint32_t here) const {
    const btf_type* one = resolve(there_, there);
    const btf_type* other = resolve(here_, here);
    if (one == nullptr || other == nullptr || shape(one) != shape(other))
      return differ(place, description(there_, there), description(here_, here));
    if (btf_is_composite(one)) return compare_fields(place, one, other);
    if (btf_is_array(one)) {
      if (btf_array(one)->nelems != btf_array(other)->nelems)
        return differ(place, description(there_, there), description(here_, here));
      return compare(place, btf_array(one)->type, btf_array(other)->type);
    }
    const bool same_sign = !btf_is_int(one) || btf_int_encoding(one) == btf_int_encoding(other);
    if (btf__resolve_size(&there_, there) == btf__resolve_size(&here_, here) && same_sign) return std::nullopt;
    return differ(place, description(there_, there), description(here_, here));
  }

  std::optional<std::string> compare_fields(const Place& place, const btf_type* one, const btf_type* other) const {
    for (std::uint32_t i = 0; i < btf_vlen(one) || i < btf_vlen(other); ++i) {
      if (i >= btf_vlen(one) || i >= btf_vlen(other)) {
        const bool is_here = i < btf_vlen(other);
        const std::string name = is_here ? name_of(here_, btf_members(other)[i]) : name_of(there_, btf_members(one)[i]);
        return "there is " + std::string(is_here ? "no " : "a ") + "field '" + inner(place, name) + "' there" +
               (is_here ? "" : ", and none here");
      }
      const btf_member &mine = btf_members(one)[i], &theirs = btf_members(other)[i];
      const Place field{inner(place, name_of(here_, theirs)), place.there + btf_member_bit_offset(one, i),
                        place.here + btf_member_bit_offset(other, i)};
      if (const std::string name = name_of(there_, mine); name != name_of(here_, theirs))
        return "field '" + inner(place, name) + "' there is field '" + field.field + "' here";
      if (auto found = compare(field, mine.type, theirs.type)) return found;
      if (field.there != field.here || btf_member_bitfield_size(one, i) != btf_member_bitfield_size(other, i))
        return differ(field, description(there_, mine.type), description(here_, theirs.type));
    }
    if (one->size == other->size) return std::nullopt;
    return differ(place, std::to_string(one->size) + " bytes", std::to_string(other->size) + " bytes");
  }

  static std::optional<std::string> differ(const Place& place, const std::string& there, const std::string& here) {
    const auto at = [](std::uint32_t offset) { return " at byte " + std::to_string(offset / 8); };
    if (place.field.empty()) return "it is " + there + " there, " + here + " here";
    return "field '" + place.field + "' is " + there + at(place.there) + " there, " + here + at(place.here) + " here";
  }

  static std::string inner(const Place& place, const std::string& name) {
    return place.field.empty() || name.empty() ? place.field + name : place.field + "." + name;
  }

  /// Without names and qualifiers.
  static const btf_type* resolve(const btf& types, std::uint32_t id) {
    const btf_type* type = btf__type_by_id(&types, id);
    while (type != nullptr && (btf_is_mod(type) || btf_is_typedef(type))) type = btf__type_by_id(&types, type->type);
    return type;
  }

  /// The kind, for which it does not matter how an enumeration is written.
  static int shape(const btf_type* type) { return btf_is_any_enum(type) ? int{BTF_KIND_ENUM} : int{btf_kind(type)}; }

  static std::string name_of(const btf& types, const btf_member& member) {
    return btf__name_by_offset(&types, member.name_off);
  }

  static std::string description(const btf& types, std::uint32_t id) {
    const btf_type* type = resolve(types, id);
    if (type == nullptr) return "nothing";
    if (btf_is_array(type))
      return description(types, btf_array(type)->type) + "[" + std::to_string(btf_array(type)->nelems) + "]";
    const std::string_view name = btf__name_by_offset(&types, type->name_off);
    return name.empty() ? "a type without a name" : "'" + std::string(name) + "'";
  }

  const btf& there_;
  const btf& here_;
};

}  // namespace ebpfxx::detail::load
