#pragma once

#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/net/mac_address.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/options.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>

/// The messages of IPv6 neighbor discovery (RFC 4861), whole: they start where an Icmpv6 header starts, of which `type`
/// says which message it is. Options follow.
namespace ebpfxx {

/// What an option of neighbor discovery is about.
enum class NeighborOptionKind : std::uint8_t {
  SourceLinkAddress = 1,
  TargetLinkAddress = 2,
  PrefixInformation = 3,
  RedirectedHeader = 4,
  Mtu = 5,
};

/// How an option of neighbor discovery starts. The list goes on to the end of the packet; where a frame is padded, the
/// padding ends it.
struct NeighborOption {
  using Kind = NeighborOptionKind;
  static constexpr std::uint32_t most = 8;  ///< options that a program looks at
  static constexpr std::uint32_t most_bytes = 1023;
  /// Whether the list ends where the packet does.
  static constexpr bool to_end_of_packet = true;

  NeighborOptionKind type{};  ///< what the option is
  std::uint8_t length = 0;    ///< in units of 8 bytes, this start included

  constexpr Kind kind() const { return type; }

  /// In bytes.
  constexpr std::uint32_t size() const { return length * 8U; }
};

/// The Ethernet address of who sends, in a solicitation or a router's advertisement.
struct SourceLinkAddress {
  static constexpr auto kind = NeighborOptionKind::SourceLinkAddress;
  NeighborOption start{kind, 1};
  MacAddress address{};  ///< of who sends the message
};

/// The Ethernet address of the target, in a neighbor's advertisement.
struct TargetLinkAddress {
  static constexpr auto kind = NeighborOptionKind::TargetLinkAddress;
  NeighborOption start{kind, 1};
  MacAddress address{};  ///< of the message's target
};

/// A prefix of the link.
struct PrefixInformation {
  static constexpr auto kind = NeighborOptionKind::PrefixInformation;
  NeighborOption start{kind, 4};
  std::uint8_t prefix_length = 0;                   ///< bits
  std::uint8_t flags = 0;                           ///< 0x80: on the link; 0x40: hosts may make addresses of it
  BigEndian<std::uint32_t> valid_lifetime = 0;      ///< seconds
  BigEndian<std::uint32_t> preferred_lifetime = 0;  ///< seconds
  BigEndian<std::uint32_t> reserved = 0;            ///< zero
  Ipv6Address prefix{};                             ///< what is behind its length is zero
};

/// The MTU of the link.
struct LinkMtu {
  static constexpr auto kind = NeighborOptionKind::Mtu;
  NeighborOption start{kind, 1};
  BigEndian<std::uint16_t> reserved = 0;  ///< zero
  BigEndian<std::uint32_t> mtu = 0;       ///< bytes
};

static_assert(sizeof(SourceLinkAddress) == 8 && sizeof(TargetLinkAddress) == 8);
static_assert(sizeof(PrefixInformation) == 32 && sizeof(LinkMtu) == 8);

namespace detail::protocol {

template <class Message>
constexpr void fill_in_icmpv6(Message& message, const Surroundings& around) {
  if (message.checksum == Message{}.checksum && around.pseudo_header)
    message.checksum = around.checksum(*around.pseudo_header, message);
}

}  // namespace detail::protocol

/// Asks the routers of a link to advertise themselves (RFC 4861, 4.1).
struct RouterSolicitation {
  static constexpr IpProtocol ip_protocol = IpProtocol::Icmpv6;
  using Option = NeighborOption;

  Icmpv6Type type = Icmpv6Type::RouterSolicitation;  ///< what makes it one
  std::uint8_t code = 0;                             ///< zero
  BigEndian<std::uint16_t> checksum = 0;             ///< of the whole message and of IPv6's pseudo-header
  BigEndian<std::uint32_t> reserved = 0;             ///< zero

  constexpr Bounded<8, 8> header_length() const { return Bounded<8, 8>::proven(8); }
  constexpr bool has_next() const { return is_plausible(); }
  constexpr bool is_plausible() const { return type == Icmpv6Type::RouterSolicitation; }
  constexpr std::uint64_t options_length() const { return has_next() ? Option::most_bytes : 0; }
  constexpr void fill_in(const Surroundings& around) { detail::protocol::fill_in_icmpv6(*this, around); }
};

/// A router that offers itself to the hosts of a link (RFC 4861, 4.2).
struct RouterAdvertisement {
  static constexpr IpProtocol ip_protocol = IpProtocol::Icmpv6;
  using Option = NeighborOption;

  Icmpv6Type type = Icmpv6Type::RouterAdvertisement;  ///< what makes it one
  std::uint8_t code = 0;                              ///< zero
  BigEndian<std::uint16_t> checksum = 0;              ///< of the whole message and of IPv6's pseudo-header
  std::uint8_t hop_limit = 0;                         ///< that hosts are to use; 0: the router does not say
  std::uint8_t flags = 0;  ///< managed addresses, other configuration; then what other documents give a meaning
  BigEndian<std::uint16_t> lifetime = 0;         ///< seconds; 0: no default router
  BigEndian<std::uint32_t> reachable_time = 0;   ///< milliseconds
  BigEndian<std::uint32_t> retransmit_time = 0;  ///< milliseconds

  /// Whether addresses come from DHCPv6.
  constexpr bool managed() const { return (flags & 0x80) != 0; }
  /// Whether other settings come from DHCPv6.
  constexpr bool other() const { return (flags & 0x40) != 0; }

  constexpr Bounded<16, 16> header_length() const { return Bounded<16, 16>::proven(16); }
  constexpr bool has_next() const { return is_plausible(); }
  constexpr bool is_plausible() const { return type == Icmpv6Type::RouterAdvertisement; }
  constexpr std::uint64_t options_length() const { return has_next() ? Option::most_bytes : 0; }
  constexpr void fill_in(const Surroundings& around) { detail::protocol::fill_in_icmpv6(*this, around); }
};

/// Asks for the link-layer address of `target` (RFC 4861, 4.3).
struct NeighborSolicitation {
  static constexpr IpProtocol ip_protocol = IpProtocol::Icmpv6;
  using Option = NeighborOption;

  Icmpv6Type type = Icmpv6Type::NeighborSolicitation;  ///< what makes it one
  std::uint8_t code = 0;                               ///< zero
  BigEndian<std::uint16_t> checksum = 0;               ///< of the whole message and of IPv6's pseudo-header
  BigEndian<std::uint32_t> reserved = 0;               ///< zero
  Ipv6Address target{};                                ///< whose link-layer address is asked for

  constexpr Bounded<24, 24> header_length() const { return Bounded<24, 24>::proven(24); }
  constexpr bool has_next() const { return is_plausible(); }
  constexpr bool is_plausible() const { return type == Icmpv6Type::NeighborSolicitation; }
  constexpr std::uint64_t options_length() const { return has_next() ? Option::most_bytes : 0; }
  constexpr void fill_in(const Surroundings& around) { detail::protocol::fill_in_icmpv6(*this, around); }
};

/// Tells the link-layer address of `target` (RFC 4861, 4.4).
struct NeighborAdvertisement {
  static constexpr IpProtocol ip_protocol = IpProtocol::Icmpv6;
  using Option = NeighborOption;

  Icmpv6Type type = Icmpv6Type::NeighborAdvertisement;  ///< what makes it one
  std::uint8_t code = 0;                                ///< zero
  BigEndian<std::uint16_t> checksum = 0;                ///< of the whole message and of IPv6's pseudo-header
  BigEndian<std::uint32_t> flags = 0;                   ///< router, solicited, override; then 29 bits that are reserved
  Ipv6Address target{};                                 ///< whose link-layer address this is about

  /// The sender is a router.
  constexpr bool router() const { return (flags.value() & 0x80000000) != 0; }
  /// It answers a solicitation.
  constexpr bool solicited() const { return (flags.value() & 0x40000000) != 0; }
  /// It replaces an address that is known already.
  constexpr bool override() const { return (flags.value() & 0x20000000) != 0; }

  constexpr Bounded<24, 24> header_length() const { return Bounded<24, 24>::proven(24); }
  constexpr bool has_next() const { return is_plausible(); }
  constexpr bool is_plausible() const { return type == Icmpv6Type::NeighborAdvertisement; }
  constexpr std::uint64_t options_length() const { return has_next() ? Option::most_bytes : 0; }
  constexpr void fill_in(const Surroundings& around) { detail::protocol::fill_in_icmpv6(*this, around); }
};

template <>
inline constexpr auto header_description<RouterSolicitation> =
    describe_header("router solicitation", HeaderField("type", &RouterSolicitation::type),
                    HeaderField("code", &RouterSolicitation::code),
                    HeaderField("checksum", &RouterSolicitation::checksum, FieldNotation::Hexadecimal),
                    HeaderField("reserved", &RouterSolicitation::reserved));
template <>
inline constexpr auto header_description<RouterAdvertisement> =
    describe_header("router advertisement", HeaderField("type", &RouterAdvertisement::type),
                    HeaderField("code", &RouterAdvertisement::code),
                    HeaderField("checksum", &RouterAdvertisement::checksum, FieldNotation::Hexadecimal),
                    HeaderField("hop limit", &RouterAdvertisement::hop_limit),
                    HeaderField("flags", &RouterAdvertisement::flags, FieldNotation::Hexadecimal),
                    HeaderField("lifetime", &RouterAdvertisement::lifetime),
                    HeaderField("reachable time", &RouterAdvertisement::reachable_time),
                    HeaderField("retransmit time", &RouterAdvertisement::retransmit_time));
template <>
inline constexpr auto header_description<NeighborSolicitation> = describe_header(
    "neighbor solicitation", HeaderField("type", &NeighborSolicitation::type),
    HeaderField("code", &NeighborSolicitation::code),
    HeaderField("checksum", &NeighborSolicitation::checksum, FieldNotation::Hexadecimal),
    HeaderField("reserved", &NeighborSolicitation::reserved), HeaderField("target", &NeighborSolicitation::target));
template <>
inline constexpr auto header_description<NeighborAdvertisement> =
    describe_header("neighbor advertisement", HeaderField("type", &NeighborAdvertisement::type),
                    HeaderField("code", &NeighborAdvertisement::code),
                    HeaderField("checksum", &NeighborAdvertisement::checksum, FieldNotation::Hexadecimal),
                    HeaderField("flags", &NeighborAdvertisement::flags, FieldNotation::Hexadecimal),
                    HeaderField("target", &NeighborAdvertisement::target));

static_assert(DescribedHeader<RouterSolicitation> && DescribedHeader<RouterAdvertisement>);
static_assert(DescribedHeader<NeighborSolicitation> && DescribedHeader<NeighborAdvertisement>);

/// Messages in a packet to build; behind an IPv6 header they fill in `checksum`. Options are layers behind them, as
/// `neighbor_solicitation({.target = "fd00::2"}) / layer(SourceLinkAddress{.address = "02:00:00:00:00:01"})`.
constexpr auto router_solicitation(const RouterSolicitation& message = {}) { return layer(message); }
/// A layer of a built packet: a router advertisement, and the options that follow.
constexpr auto router_advertisement(const RouterAdvertisement& message = {}) { return layer(message); }
/// A layer of a built packet: a neighbor solicitation, and the options that follow.
constexpr auto neighbor_solicitation(const NeighborSolicitation& message = {}) { return layer(message); }
/// A layer of a built packet: a neighbor advertisement, and the options that follow.
constexpr auto neighbor_advertisement(const NeighborAdvertisement& message = {}) { return layer(message); }

}  // namespace ebpfxx
