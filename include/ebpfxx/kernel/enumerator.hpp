#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ebpfxx::detail::kernel {

/// Returns how the compiler spells `Type`, from its own name for this function: "ebpfxx::Xdp::Verdict".
template <class Type>
constexpr std::string_view type_spelling() {
  constexpr std::string_view parameter = "Type = ";
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find(parameter) + parameter.size());
  return name.substr(0, name.find_first_of(";]"));
}

/// How the compiler spells `Value`, from its own name for this function: "Drop" of Lwt::In::Verdict::Drop; empty where
/// no enumerator has this value, of which g++ and clang both write "(Type)7".
template <auto Value>
constexpr std::string_view enumerator_spelling() {
  constexpr std::string_view parameter = "Value = ";
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find(parameter) + parameter.size());
  name = name.substr(0, name.find_first_of(";]"));
  if (name.starts_with('(')) return {};
  return name.substr(name.rfind(':') + 1);
}

/// The numbers that the library has enumerators for, but in tables: up to 10, and what programs of some type return.
inline constexpr auto enumerator_numbers = [] {
  constexpr auto sorted = [] {
    std::array numbers{
#define EBPFXX_PROGRAM_TYPE(type, context, packet, test_run, helpers, checked, ...) __VA_OPT__(__VA_ARGS__, )
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    std::sort(numbers.begin(), numbers.end());
    const auto end = std::unique(numbers.begin(), numbers.end());
    return std::pair(numbers, static_cast<std::size_t>(end - numbers.begin()));
  }();
  std::array<int, sorted.second> numbers{};
  std::copy_n(sorted.first.begin(), numbers.size(), numbers.begin());
  return numbers;
}();

/// The names of the enumerators of these numbers, empty where there is none.
template <class Enumeration>
  requires std::is_enum_v<Enumeration>
inline constexpr auto enumerator_names = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array{enumerator_spelling<static_cast<Enumeration>(enumerator_numbers[I])>()...};
}(std::make_index_sequence<enumerator_numbers.size()>());

/// Returns the enumerator's name, or the number where it has none.
template <class Enumeration>
std::string enumerator_text(Enumeration value) {
  constexpr auto& names = enumerator_names<Enumeration>;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (static_cast<Enumeration>(enumerator_numbers[i]) == value && !names[i].empty()) return std::string(names[i]);
  return std::to_string(static_cast<long long>(value));
}

/// Returns the enumerator of this name.
template <class Enumeration>
constexpr std::optional<Enumeration> enumerator_named(std::string_view name) {
  constexpr auto& names = enumerator_names<Enumeration>;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!name.empty() && names[i] == name) return static_cast<Enumeration>(enumerator_numbers[i]);
  return std::nullopt;
}

}  // namespace ebpfxx::detail::kernel
