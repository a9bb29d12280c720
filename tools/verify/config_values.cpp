#include "config_values.hpp"

#include <bpf/btf.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace ebpfxx::verify {
namespace {

const char* name_of(const btf& types, const btf_type& type) { return btf__name_by_offset(&types, type.name_off); }

const btf_type& resolved(const btf& types, std::uint32_t id) {
  const int found = btf__resolve_type(&types, id);  // behind const and typedef
  return *btf__type_by_id(&types, found < 0 ? 0 : static_cast<std::uint32_t>(found));
}

/// `type` is a variable's: BTF has `Config<T>` as a struct "Config_T_" of one `value_`.
bool is_config(const btf& types, const btf_type& type) {
  return btf_is_struct(&type) && btf_vlen(&type) == 1 && std::string_view(name_of(types, type)).starts_with("Config_");
}

/// The smallest and the largest value of a number.
struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;  ///< as bits, where the number is unsigned
};

Range range_of(std::size_t bytes, bool is_signed) {
  const std::uint64_t all = bytes >= 8 ? ~0ULL : (1ULL << (8 * bytes)) - 1;
  if (!is_signed) return {0, static_cast<std::int64_t>(all)};
  const auto high = static_cast<std::int64_t>(all >> 1);
  return {-high - 1, high};
}

/// Of `Bounded<2, 9>`, which BTF calls "Bounded____int128_2_____int128_9_...": a minus is one more underscore.
bool read_bounds(std::string_view name, Range& range) {
  if (!name.starts_with("Bounded_")) return false;
  for (std::int64_t* bound : {&range.low, &range.high}) {
    constexpr std::string_view mark = "int128_";
    const std::size_t found = name.find(mark);
    if (found == name.npos) return false;
    name.remove_prefix(found + mark.size());
    const bool is_negative = name.starts_with('_');
    if (is_negative) name.remove_prefix(1);
    std::uint64_t number = 0;
    for (; !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) != 0; name.remove_prefix(1))
      number = number * 10 + static_cast<std::uint64_t>(name.front() - '0');
    *bound = static_cast<std::int64_t>(is_negative ? 0 - number : number);
  }
  return true;
}

class Setting {
 public:
  Setting(const btf& types, ConfigValues values) : types_(types), values_(values) {}

  void set(std::uint32_t id, std::span<std::byte> bytes) const {
    const btf_type& type = resolved(types_, id);
    const std::int64_t size = btf__resolve_size(&types_, id);
    if (size < 0 || static_cast<std::size_t>(size) > bytes.size()) return;
    bytes = bytes.first(static_cast<std::size_t>(size));
    Range bounds;
    if (read_bounds(name_of(types_, type), bounds)) return put(values_ == Smallest ? bounds.low : bounds.high, bytes);
    if (btf_is_composite(&type)) {
      const btf_member* member = btf_members(&type);
      for (int index = 0; index < btf_vlen(&type); ++index)
        if (btf_member_bitfield_size(&type, index) == 0)
          set(member[index].type, bytes.subspan(btf_member_bit_offset(&type, index) / 8));
    } else if (btf_is_array(&type) && btf_array(&type)->nelems > 0) {
      const std::size_t step = bytes.size() / btf_array(&type)->nelems;
      for (; step > 0 && bytes.size() >= step; bytes = bytes.subspan(step)) set(btf_array(&type)->type, bytes);
    } else if (btf_is_int(&type)) {
      const int encoding = btf_int_encoding(&type);
      const bool is_bool = (encoding & BTF_INT_BOOL) != 0;
      put(of(is_bool ? Range{0, 1} : range_of(bytes.size(), (encoding & BTF_INT_SIGNED) != 0), is_bool), bytes);
    } else if (btf_is_any_enum(&type)) {
      put(of(enumerators(type), false), bytes);
    }
  }

 private:
  using enum ConfigValues;

  std::int64_t of(Range range, bool has_no_more_bits) const {
    if (values_ == Smallest) return range.low;
    return values_ == Largest || has_no_more_bits ? range.high : -1;
  }

  static Range enumerators(const btf_type& type) {
    std::vector<std::int64_t> values;
    for (int index = 0; index < btf_vlen(&type); ++index)
      values.push_back(btf_is_enum(&type) ? btf_enum(&type)[index].val
                                          : static_cast<std::int64_t>(btf_enum64_value(&btf_enum64(&type)[index])));
    if (values.empty()) return {};
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return {*low, *high};
  }

  static void put(std::int64_t number, std::span<std::byte> bytes) {
    std::memcpy(bytes.data(), &number, std::min(bytes.size(), sizeof number));  // BPF objects are little-endian here
  }

  const btf& types_;
  ConfigValues values_;
};

}  // namespace

std::string_view in_words(ConfigValues values) {
  switch (values) {
    case ConfigValues::AsCompiled:
      return "";
    case ConfigValues::Smallest:
      return "every Config at its smallest value";
    case ConfigValues::Largest:
      return "every Config at its largest value";
    case ConfigValues::AllBits:
      return "all bits of every Config set";
  }
  return "";
}

bool is_config(const btf& types, std::string_view variable) {
  const int found = btf__find_by_name_kind(&types, std::string(variable).c_str(), BTF_KIND_VAR);
  if (found < 0) return false;
  return is_config(types, resolved(types, btf__type_by_id(&types, static_cast<std::uint32_t>(found))->type));
}

void set_configs(const btf& types, std::string_view section, ConfigValues values, std::span<std::byte> bytes) {
  const int found = btf__find_by_name_kind(&types, std::string(section).c_str(), BTF_KIND_DATASEC);
  if (found < 0) return;
  const btf_type& variables = *btf__type_by_id(&types, static_cast<std::uint32_t>(found));
  const btf_var_secinfo* variable = btf_var_secinfos(&variables);
  for (int index = 0; index < btf_vlen(&variables); ++index) {
    const std::uint32_t type = btf__type_by_id(&types, variable[index].type)->type;
    if (is_config(types, resolved(types, type)) && variable[index].offset <= bytes.size())
      Setting(types, values).set(type, bytes.subspan(variable[index].offset));
  }
}

}  // namespace ebpfxx::verify
