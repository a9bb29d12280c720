#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ebpfxx::detail {

/// An IPv4 or IPv6 address with a prefix length; bytes in network order, those an IPv4 address lacks are 0.
struct RoutePrefix {
  int family = AF_INET;
  unsigned length = 0;  ///< bits
  std::array<std::byte, 16> address{};

  std::size_t address_size() const { return family == AF_INET ? 4 : 16; }
  std::span<const std::byte> bytes() const { return std::span(address).first(address_size()); }

  /// Whether an address bit beyond the prefix is set; the kernel refuses such a route.
  bool has_host_bits() const {
    for (unsigned bit = length; bit < address_size() * 8; ++bit)
      if ((address[bit / 8] & std::byte(0x80u >> bit % 8)) != std::byte{}) return true;
    return false;
  }

  auto operator<=>(const RoutePrefix&) const = default;
};

/// Reads "10.0.0.3", "10.0.0.0/24", "fd00::3/128", "default".
inline std::optional<RoutePrefix> parse_prefix(std::string_view text) {
  RoutePrefix prefix;
  if (text == "default") return prefix;
  std::size_t slash = text.find('/');
  std::string address(text.substr(0, slash));
  if (address.find(':') != std::string::npos) prefix.family = AF_INET6;
  if (inet_pton(prefix.family, address.c_str(), prefix.address.data()) != 1) return std::nullopt;
  unsigned longest = static_cast<unsigned>(prefix.address_size() * 8);
  prefix.length = longest;
  if (slash != std::string_view::npos) {
    std::string_view length = text.substr(slash + 1);
    auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix.length);
    if (error != std::errc() || end != length.data() + length.size() || prefix.length > longest) return std::nullopt;
  }
  return prefix;
}

/// Reads an address without a prefix length.
inline std::optional<RoutePrefix> parse_address(std::string_view text) {
  if (text == "default" || text.find('/') != std::string_view::npos) return std::nullopt;
  return parse_prefix(text);
}

}  // namespace ebpfxx::detail
