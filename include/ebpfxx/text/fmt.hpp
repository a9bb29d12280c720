#pragma once

#include <fmt/format.h>

#include <string_view>

#include <ebpfxx/text.hpp>

/// Values in {fmt}, with what it knows for strings: `fmt::print("{:>15}", address)`.
template <ebpfxx::detail::HasText Value>
struct fmt::formatter<Value> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const Value& value, Context& context) const {
    return fmt::formatter<std::string_view>::format(to_text(value), context);
  }
};
