#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>
#include <type_traits>

#include <ebpfxx/config.hpp>
#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/global.hpp>

// Values as C++, for the tests that the fuzzer prints.
namespace ebpfxx::fuzz {

/// What a program's, a map's, a Config's or a Global's variable is called in the source.
inline std::string name_of(const void* variable) {
  std::string name(detail::find_embedded(variable).name);
  for (std::size_t at = name.find("__"); at != std::string::npos; at = name.find("__", at)) name.replace(at, 2, "::");
  return name;
}

/// "0x45, 0x00"; more than 16 in lines of 16, behind a `line_break` each.
inline std::string code_of_bytes(std::span<const std::uint8_t> bytes, const std::string& line_break) {
  std::string code = bytes.size() > 16 ? line_break : "";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "0x%02x", bytes[i]);
    code += (i == 0 ? "" : i % 16 == 0 ? "," + line_break : ", ") + std::string(digits);
  }
  return code;
}

/// A number as such, anything else by its bytes. `type` says its type in the source.
template <class T>
std::string code_of(const T& value, const std::string& type) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    // -2^63 would be the negative of a number that no type holds.
    if constexpr (std::is_unsigned_v<T>)
      return std::to_string(value) + "u";
    else if (value == std::numeric_limits<std::int64_t>::min())
      return std::to_string(value + 1) + " - 1";
    else
      return std::to_string(value);
  } else if constexpr (std::is_enum_v<T>) {
    using Number = std::underlying_type_t<T>;
    return "static_cast<" + type + ">(" + code_of(static_cast<Number>(value), {}) + ")";
  } else {
    using Bytes = std::array<std::uint8_t, sizeof(T)>;
    const auto bytes = std::bit_cast<Bytes>(value);
    return "std::bit_cast<" + type + ">(std::array<std::uint8_t, " + std::to_string(sizeof(T)) + ">{" +
           (bytes == Bytes{} ? "" : code_of_bytes(bytes, "\n        ")) + "})";
  }
}

/// Takes the settings that an Object or a Native would get, as code: `side[port] = 9090u;`.
class Settings {
 public:
  template <class T>
  class Place {
   public:
    Place(std::string& code, std::string name) : code_(code), name_(std::move(name)) {}
    Place& operator=(const T& value) {
      code_ += "    side[" + name_ + "] = " + code_of(value, "decltype(" + name_ + ")::value_type") + ";\n";
      return *this;
    }

   private:
    std::string& code_;
    std::string name_;
  };

  template <class T>
  Place<T> operator[](const Config<T>& config) {
    return {code_, name_of(&config)};
  }
  template <class T>
  Place<T> operator[](const Global<T>& global) {
    return {code_, name_of(&global)};
  }

  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

/// Calls `field(name, number)` for each field of a context that can be given to a test run, in the order of the struct.
template <class Context, class Field>
void each_field(Context& context, Field field) {
  field("linear", context.linear);
  field("metadata", context.metadata);
  if constexpr (requires { context.mark; }) {
#define EBPFXX_SKB_FIELD(name, Type, member, ...) field(#member, context.member);
#include <ebpfxx/context/skb_fields.inc>
#undef EBPFXX_SKB_FIELD
    field("tstamp", context.tstamp);
  } else {
#define EBPFXX_XDP_FIELD(name, Type, member, ...) field(#member, context.member);
#include <ebpfxx/context/xdp_fields.inc>
#undef EBPFXX_XDP_FIELD
  }
}

/// The fields that are not zero: "{.mark = 7u, .cb = {1u, 0u, 0u, 0u, 0u}}".
template <class Context>
std::string code_of_context(const Context& context) {
  std::string code;
  const auto add = [&](const std::string& field, const std::string& value) {
    code += (code.empty() ? "." : ", .") + field + " = " + value;
  };
  each_field(context, [&](const char* field, const auto& value) {
    if (value != 0) add(field, code_of(value, {}));
  });
  if constexpr (requires { context.cb; }) {
    std::string numbers;
    bool any = false;
    for (const std::uint32_t number : context.cb) {
      numbers += (numbers.empty() ? "" : ", ") + code_of(number, {});
      any = any || number != 0;
    }
    if (any) add("cb", "{" + numbers + "}");
  }
  return "{" + code + "}";
}

}  // namespace ebpfxx::fuzz
