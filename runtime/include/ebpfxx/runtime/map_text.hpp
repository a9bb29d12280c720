#pragma once

#include <concepts>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/detail/backing/layout_text.hpp>
#include <ebpfxx/runtime/handle/map.hpp>
#include <ebpfxx/runtime/handle/per_cpu.hpp>
#include <ebpfxx/text.hpp>

namespace ebpfxx {

namespace detail::runtime {

template <class T>
inline constexpr bool is_per_cpu = false;
template <class T>
inline constexpr bool is_per_cpu<PerCpuValues<T>> = true;

/// A struct whose fields are looked at one by one.
template <class T>
inline constexpr bool has_fields = std::is_aggregate_v<T> && std::is_class_v<T> && !std::is_empty_v<T> && !HasText<T> &&
                                   !backing::is_std_array<T> && !backing::is_big_endian<T>;

template <class T>
std::string number_text(T number) {
  if constexpr (std::is_same_v<T, bool>)
    return number ? "true" : "false";
  else if constexpr (is_atomic<T>)
    return number_text(number.load());
  else if constexpr (std::is_enum_v<T>)
    return number_text(static_cast<std::underlying_type_t<T>>(number));
  else
    return std::to_string(number);
}

/// A JSON string.
std::string json_string(std::string_view text);

template <class T>
std::string json_of(const T& value);

template <class Values>
std::string json_of_all(const Values& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + json_of(value);
  return "[" + text + "]";
}

/// Addresses and the like as strings, the library's enumerators as numbers, structs as objects, arrays and the values
/// of a per-CPU map as arrays.
template <class T>
std::string json_of(const T& value) {
  if constexpr (backing::is_big_endian<T>) {
    return number_text(value.value());
  } else if constexpr (HasText<T> && !LibraryEnumeration<T>) {
    return json_string(to_text(value));
  } else if constexpr (backing::is_std_array<T> || is_per_cpu<T>) {
    return json_of_all(value);
  } else if constexpr (has_fields<T>) {
    std::string text;
    backing::for_each_field(value, [&](std::string_view name, const auto& field) {
      text += (text.empty() ? "" : ", ") + json_string(name) + ": " + json_of(field);
    });
    return "{" + text + "}";
  } else {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T> || is_atomic<T>,
                  "write a to_text(value) beside the type, which says what it looks like");
    return number_text(value);
  }
}

/// Columns of a table: the names of a struct's fields, and of theirs, or `name` for anything else.
template <class T>
void add_titles(std::vector<std::string>& titles, const std::string& name, const T& value) {
  if constexpr (has_fields<T>)
    backing::for_each_field(value, [&](std::string_view field_name, const auto& field) {
      add_titles(titles, name + "." + std::string(field_name), field);
    });
  else
    titles.push_back(name);
}

template <class T>
void add_cells(std::vector<std::string>& cells, const T& value) {
  if constexpr (has_fields<T>)
    backing::for_each_field(value, [&](std::string_view, const auto& field) { add_cells(cells, field); });
  else if constexpr (HasText<T> && !LibraryEnumeration<T>)
    cells.emplace_back(to_text(value));
  else
    cells.push_back(json_of(value));
}

using Rows = std::vector<std::vector<std::string>>;

/// Columns are two spaces apart; the last one is not filled up.
void print_rows(const Rows& rows, std::ostream& stream);

}  // namespace detail::runtime

/// Writes what a map holds as a table, an entry a line: a column for each field of key and value, called as in the
/// source. Addresses are text, arrays as in JSON; of a per-CPU map the values of all CPUs, as an array. Structs hold
/// arrays as std::array. Throws Error when the map cannot be read.
///
///     key.source  key.port  value.packets  value.bytes
///     10.0.0.2    8080      3              180
template <class Key, class Value, class Kind>
void print(const MapHandle<Key, Value, Kind>& map, std::ostream& stream) {
  using Mapped = typename MapHandle<Key, Value, Kind>::Mapped;
  detail::runtime::Rows rows(1);
  detail::runtime::add_titles(rows[0], "key", Key{});
  detail::runtime::add_titles(rows[0], "value", Mapped{});
  for (const auto& [key, value] : map) {
    std::vector<std::string> cells;
    detail::runtime::add_cells(cells, key);
    detail::runtime::add_cells(cells, value);
    rows.push_back(std::move(cells));
  }
  detail::runtime::print_rows(rows, stream);
}

/// The same as a JSON array of objects: [{"key": "10.0.0.2", "value": {"packets": 3, "bytes": 180}}]. Numbers of more
/// than 53 bits are written in full, which not every reader of JSON takes in.
template <class Key, class Value, class Kind>
std::string to_json(const MapHandle<Key, Value, Kind>& map) {
  std::string text;
  for (const auto& [key, value] : map)
    text += (text.empty() ? "" : ", ") + ("{\"key\": " + detail::runtime::json_of(key)) +
            ", \"value\": " + detail::runtime::json_of(value) + "}";
  return "[" + text + "]";
}

/// The values of a PerCpu, a line for each CPU.
template <class Value>
void print(const PerCpuHandle<Value>& map, std::ostream& stream) {
  detail::runtime::Rows rows{{"cpu"}};
  detail::runtime::add_titles(rows[0], "value", Value{});
  for (const Value& value : map.per_cpu()) {
    std::vector<std::string> cells{std::to_string(rows.size() - 1)};
    detail::runtime::add_cells(cells, value);
    rows.push_back(std::move(cells));
  }
  detail::runtime::print_rows(rows, stream);
}

/// The values of a PerCpu as a JSON array, one for each CPU.
template <class Value>
std::string to_json(const PerCpuHandle<Value>& map) {
  return detail::runtime::json_of_all(map.per_cpu());
}

}  // namespace ebpfxx
