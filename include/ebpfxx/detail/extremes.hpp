#pragma once

#include <type_traits>

/// std::min, std::max and std::clamp. <algorithm>, which has them, costs every source as much as a tenth of the headers
/// of this language.
namespace ebpfxx::detail {

template <class T>
constexpr T least(T left, std::type_identity_t<T> right) {
  return right < left ? right : left;
}

template <class T>
constexpr T greatest(T left, std::type_identity_t<T> right) {
  return left < right ? right : left;
}

/// `low` must not be greater than `high`.
template <class T>
constexpr T clamped(T value, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  return value < low ? low : high < value ? high : value;
}

}  // namespace ebpfxx::detail
