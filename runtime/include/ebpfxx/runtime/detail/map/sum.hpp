#pragma once

#include <array>
#include <boost/pfr/core.hpp>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ebpfxx::detail {

template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t Size>
inline constexpr bool is_std_array<std::array<T, Size>> = true;

/// Adds numbers; arrays and aggregates element by element, field by field.
template <class T>
void add(T& total, const T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    total = static_cast<T>(total + value);
  } else if constexpr (is_std_array<T>) {
    for (std::size_t index = 0; index < total.size(); ++index) add(total[index], value[index]);
  } else {
    static_assert(std::is_aggregate_v<T>, "sum() adds numbers, std::array, and aggregates of these");
    [&]<std::size_t... Field>(std::index_sequence<Field...>) {
      (add(boost::pfr::get<Field>(total), boost::pfr::get<Field>(value)), ...);
    }(std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
  }
}

}  // namespace ebpfxx::detail
