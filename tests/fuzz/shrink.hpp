#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include "case.hpp"
#include "code.hpp"

// How a difference is made small. `still(smaller)` runs what it is given, and is true where it differs as well.
namespace ebpfxx::fuzz {

/// Leaves out all that is not needed: large parts first, single ones last.
template <class T, class Still>
void drop_parts(std::vector<T>& all, Still still) {
  for (std::size_t part = std::bit_floor(all.size()); part > 0; part /= 2)
    for (std::size_t begin = 0; begin + part <= all.size();) {
      std::vector<T> fewer = all;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(part));
      if (still(fewer))
        all = std::move(fewer);
      else
        begin += part;
    }
}

template <class T>
T zeros() {
  return std::bit_cast<T>(std::array<std::uint8_t, sizeof(T)>{});
}
template <class T>
bool is_zeros(const T& value) {
  return std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value) == std::array<std::uint8_t, sizeof(T)>{};
}

/// Makes what was put into a map, a counter or a Global zero; false where it is.
template <class Value>
bool simplify(Value& value) {
  return !is_zeros(std::exchange(value, zeros<Value>()));
}
template <class Key, class Value>
bool simplify(std::pair<Key, Value>& entry) {
  return simplify(entry.second);
}

/// Fewer entries, and simpler values.
template <class Entry, class Still>
void shrink_contents(std::vector<Entry>& contents, Still still) {
  drop_parts(contents, still);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    std::vector<Entry> simpler = contents;
    if (simplify(simpler[i]) && still(simpler)) contents = std::move(simpler);
  }
}

/// A shorter packet, fields of the context that are zero, bytes that are.
template <class Hook, class Still>
void shrink_case(Case<Hook>& one, Still still) {
  const auto try_with = [&](auto change) {
    Case<Hook> changed = one;
    if (!change(changed) || !still(changed)) return false;
    one = std::move(changed);
    return true;
  };
  for (std::size_t step = std::bit_floor(one.packet.size()); step > 0; step /= 2)
    while (try_with([&](Case<Hook>& shorter) {
      if (shorter.packet.size() < shorter.context.metadata + step) return false;
      shorter.packet.resize(shorter.packet.size() - step);
      const std::size_t left = shorter.packet.size() - shorter.context.metadata;
      shorter.context.linear = std::min(shorter.context.linear, static_cast<std::uint32_t>(left));
      return true;
    })) {
    }
  std::size_t fields = 0;
  each_field(one.context, [&](const char*, const auto&) { ++fields; });
  for (std::size_t i = 0; i < fields; ++i)
    try_with([&](Case<Hook>& simpler) {
      bool changed = false;
      std::size_t number = 0;
      each_field(simpler.context, [&](const char*, auto& value) {
        if (number++ == i) changed = std::exchange(value, 0) != 0;
      });
      return changed;
    });
  if constexpr (requires { one.context.cb; })
    for (std::size_t i = 0; i < std::size(one.context.cb); ++i)
      try_with([&](Case<Hook>& simpler) { return std::exchange(simpler.context.cb[i], 0u) != 0; });
  for (std::size_t at = 0; at < one.packet.size(); ++at)
    try_with([&](Case<Hook>& simpler) { return std::exchange(simpler.packet[at], std::uint8_t{0}) != 0; });
}

}  // namespace ebpfxx::fuzz
