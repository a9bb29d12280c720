#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebpfxx/net/address_reader.hpp>
#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/number/bounded.hpp>

namespace ebpfxx {

namespace detail::net {

/// `address` with only its first `length` bits; `length` is at most the address's bits.
constexpr Ipv4Address first_bits(const Ipv4Address& address, std::uint64_t length) {
  return length == 0 ? Ipv4Address() : Ipv4Address(address.value() & ~std::uint32_t{0} << (32 - length));
}
constexpr Ipv6Address first_bits(const Ipv6Address& address, std::uint64_t length) {
  const std::uint64_t in_high = length < 64 ? length : 64;
  const std::uint64_t in_low = length - in_high;
  const std::uint64_t high = in_high == 0 ? 0 : address.high() & ~std::uint64_t{0} << (64 - in_high);
  const std::uint64_t low = in_low == 0 ? 0 : address.low() & ~std::uint64_t{0} << (64 - in_low);
  return Ipv6Address(high, low);
}

}  // namespace detail::net

/// The addresses that begin with the same bits: "10.0.0.0/8". The key of an `LpmTrie`.
///
/// Bits behind the length are zeros, whatever it was made from: the kernel would store them as they are, and list one
/// network under several keys. In memory it is the kernel's struct bpf_lpm_trie_key: the length in host byte order, the
/// address in network byte order.
template <class Address>
class Prefix {
 public:
  using address_type = Address;

  /// Bits of an address: 32 or 128.
  static constexpr std::uint32_t bits = 8 * sizeof(Address);

  /// Every address: 0.0.0.0/0 or ::/0.
  constexpr Prefix() = default;

  /// This one address.
  // NOLINTNEXTLINE(google-explicit-constructor): an address is the prefix of full length, and looked up as such
  constexpr Prefix(const Address& address) : length_(bits), address_(address) {}

  /// From a constant text: "10.0.0.0/8", or an address alone; one that is no prefix does not compile.
  // NOLINTNEXTLINE(google-explicit-constructor): prefixes are written as text
  EBPFXX_READ_CONSTANT(Prefix, "this is no prefix; write an address and its length in bits, as 10.0.0.0/8")

  /// The network of `length` bits that `address` is in.
  template <WideInteger Low, WideInteger High, KnownTo Knower>
    requires(0 <= Low && High <= bits)
  constexpr Prefix(const Address& address, Bounded<Low, High, Knower> length)
      : length_(static_cast<std::uint32_t>(length.value())), address_(detail::net::first_bits(address, length_)) {}

  /// The same, for a constant length.
  template <std::uint32_t Length>
    requires(Length <= bits)
  static constexpr Prefix of(const Address& address) {
    return Prefix(address, Bounded<Length, Length>::proven(Length));
  }

  /// The prefix that `text` says: an address and a length, or an address alone, which has its full length. Nothing for
  /// a length that is more than the address's bits, or has a sign or a leading zero.
  static constexpr std::optional<Prefix> from_text(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<Address> address = Address::from_text(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return Prefix(*address);
    detail::net::AddressReader reader(text.substr(slash + 1));
    const std::optional<std::uint32_t> length = reader.decimal(3);
    if (!length || *length > bits || !reader.at_end()) return std::nullopt;
    return Prefix(*address, Bounded<0, bits>::proven(*length));
  }

  /// In bits.
  constexpr std::uint32_t length() const { return length_; }
  /// The first address.
  constexpr const Address& address() const { return address_; }

  /// Whether the address begins with the prefix's bits.
  constexpr bool contains(const Address& address) const {
    return detail::net::first_bits(address, length_) == address_;
  }

  friend constexpr bool operator==(const Prefix&, const Prefix&) = default;
  /// By address, a network before what it contains.
  friend constexpr std::strong_ordering operator<=>(const Prefix& left, const Prefix& right) {
    const std::strong_ordering by_address = left.address_ <=> right.address_;
    return by_address != 0 ? by_address : left.length_ <=> right.length_;
  }

 private:
  std::uint32_t length_ = 0;
  Address address_{};
};

/// As "10.0.0.0/8".
template <class Address>
std::string to_text(const Prefix<Address>& prefix) {
  std::string text = to_text(prefix.address());
  text += '/';
  return text += std::to_string(prefix.length());
}

}  // namespace ebpfxx
