#pragma once

#include <concepts>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

namespace detail::number {

/// An enumeration whose enumerators are no numbers.
template <class Enum>
concept ScopedEnumeration = std::is_enum_v<Enum> && !std::convertible_to<Enum, std::underlying_type_t<Enum>>;

}  // namespace detail::number

template <detail::number::ScopedEnumeration Enum, std::integral Number>
constexpr bool operator==(Enum, Number)
    EBPFXX_REFUSE_USE("conversion", "compares an enumerator with a number; cast it to its enumeration");
template <detail::number::ScopedEnumeration Enum, std::integral Number>
constexpr bool operator!=(Enum, Number)
    EBPFXX_REFUSE_USE("conversion", "compares an enumerator with a number; cast it to its enumeration");

}  // namespace ebpfxx
