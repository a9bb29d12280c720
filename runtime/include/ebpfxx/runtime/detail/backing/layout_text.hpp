#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/runtime/detail/backing/fields.hpp>
#include <ebpfxx/runtime/detail/backing/sum.hpp>

namespace ebpfxx::detail::backing {

template <class T>
constexpr std::string_view text_with_type() {
  return __PRETTY_FUNCTION__;
}

/// The name of a class without its namespace and its template arguments.
template <class T>
std::string class_name() {
  std::string_view text = text_with_type<T>();
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of("<;]"));
  return std::string(text.substr(text.rfind(':') + 1));
}

template <class T>
inline constexpr bool is_big_endian = false;
template <class T>
inline constexpr bool is_big_endian<BigEndian<T>> = true;

template <class T>
std::string layout_text();

template <class T>
std::string layout_text_of_fields() {
  std::string text;
  for_each_field(T{}, [&](std::string_view name, const auto& field) {
    if (!text.empty()) text += ", ";
    text += layout_text<std::remove_cvref_t<decltype(field)>>();
    text += ' ';
    text += name;
  });
  return "{" + text + "}";
}

/// How a type lies in memory, as "Opened{u64 time, Ipv4Address:4 source}": the same text from every compiler, and
/// another one when a field moves, or changes its name, size or sign.
template <class T>
std::string layout_text() {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    const char* kind = std::is_enum_v<T> ? "enum" : std::is_signed_v<T> ? "s" : "u";
    return kind + std::to_string(8 * sizeof(T));
  } else if constexpr (is_std_array<T>) {
    return layout_text<typename T::value_type>() + "[" + std::to_string(std::tuple_size_v<T>) + "]";
  } else if constexpr (is_big_endian<T>) {
    return "be" + std::to_string(8 * sizeof(T));
  } else if constexpr (std::is_aggregate_v<T> && !std::is_empty_v<T>) {
    return class_name<T>() + layout_text_of_fields<T>();
  } else {
    return class_name<T>() + ":" + std::to_string(sizeof(T));
  }
}

/// The same of all records of a ring buffer, in the order of their tags.
template <class... Records>
std::string layout_text_of_records() {
  std::string text;
  ((text += (text.empty() ? "" : "; ") + layout_text<Records>()), ...);
  return text;
}

}  // namespace ebpfxx::detail::backing
