#pragma once

#include <array>
#include <boost/pfr/core.hpp>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include <ebpfxx/atomic.hpp>

namespace ebpfxx::detail::backing {

template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t Size>
inline constexpr bool is_std_array<std::array<T, Size>> = true;

template <class T>
inline constexpr bool is_counted = std::is_integral_v<T> && !std::is_same_v<T, bool>;

/// What all CPUs' values add up to: 64 bits for an integer, else a value of the same type.
template <class T>
using Sum = std::conditional_t<is_counted<T>, std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>, T>;

/// Throws Error (EOVERFLOW): a sum does not fit into `bytes`.
[[noreturn]] void fail_sum(std::size_t bytes);

/// Adds numbers; arrays and aggregates element by element, field by field. Throws Error (EOVERFLOW).
template <class Total, class T>
void add(Total& total, const T& value) {
  if constexpr (is_counted<T>) {
    if (__builtin_add_overflow(total, value, &total)) fail_sum(sizeof total);
  } else if constexpr (is_atomic<T>) {
    typename T::value_type sum = total;
    add(sum, value.load());
    total = sum;
  } else if constexpr (std::is_arithmetic_v<T>) {
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

}  // namespace ebpfxx::detail::backing
