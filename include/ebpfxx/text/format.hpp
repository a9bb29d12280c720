#pragma once

#include <version>

#include <ebpfxx/text.hpp>

/// Values in std::format, with what it knows for strings: `std::format("{:>15}", address)`. The standard library has it
/// from libstdc++ 13 on; before, this header adds nothing.
#if defined(__cpp_lib_format)
#include <format>
#include <string_view>

template <ebpfxx::detail::HasText Value>
struct std::formatter<Value> : std::formatter<std::string_view> {
  template <class Context>
  auto format(const Value& value, Context& context) const {
    return std::formatter<std::string_view>::format(to_text(value), context);
  }
};
#endif
