#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace ebpfxx::detail::netlink {

/// An IPv4 or IPv6 address with a prefix length; bytes in network order, those an IPv4 address lacks are 0.
struct RoutePrefix {
  int family = 2;       ///< AF_INET or AF_INET6
  unsigned length = 0;  ///< bits
  std::array<std::byte, 16> address{};

  std::size_t address_size() const;
  std::span<const std::byte> bytes() const { return {address.data(), address_size()}; }

  /// Whether an address bit beyond the prefix is set; the kernel refuses such a route.
  bool has_host_bits() const;

  bool operator==(const RoutePrefix&) const;
  std::strong_ordering operator<=>(const RoutePrefix&) const;
};

/// Reads "10.0.0.3", "10.0.0.0/24", "fd00::3/128", "default".
std::optional<RoutePrefix> parse_prefix(std::string_view text);

/// Reads an address without a prefix length.
std::optional<RoutePrefix> parse_address(std::string_view text);

}  // namespace ebpfxx::detail::netlink
