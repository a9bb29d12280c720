#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/describe_text.hpp>
#include <ebpfxx/packet/parsed.hpp>
#include <ebpfxx/packet/start.hpp>
#include <ebpfxx/protocol/arp.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/geneve.hpp>
#include <ebpfxx/protocol/gre.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/ipv6_extension.hpp>
#include <ebpfxx/protocol/mpls.hpp>
#include <ebpfxx/protocol/segment_routing.hpp>
#include <ebpfxx/protocol/tcp.hpp>
#include <ebpfxx/protocol/udp.hpp>
#include <ebpfxx/protocol/vlan.hpp>
#include <ebpfxx/protocol/vxlan.hpp>

namespace ebpfxx {

namespace detail::testing {

/// "5 bytes", "1 byte".
inline std::string bytes_count(std::size_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

/// Two hexadecimal digits a byte, of the first `most`.
inline std::string hexadecimal_text(std::span<const std::uint8_t> bytes, std::size_t most = 32) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size() && i < most; ++i) {
    if (i > 0) text += ' ';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 0xf];
  }
  if (bytes.size() > most) text += " ...";
  return text;
}

/// Follows a packet from header to header, as far as each says what comes next.
class PacketWriter {
 public:
  explicit PacketWriter(std::span<const std::uint8_t> packet) : left_(packet) {}

  std::string write(PacketStart start) {
    if (start == PacketStart::Ethernet) take<Ethernet>();
    if (start == PacketStart::Ip) ip();
    if (!left_.empty()) line("payload: " + bytes_count(left_.size()) + ", " + hexadecimal_text(left_));
    return text_;
  }

 private:
  static constexpr std::size_t most_headers = 32;

  void line(std::string_view text) { text_.append("\n  ").append(text); }

  /// Headers that a header may announce. Where two go by one number, the one that its bytes tell is first.
  template <class Previous>
  void next(const Previous& previous) {
    if (previous.has_next())
      next_of<Ipv4, Ipv6, Vlan, Mpls, Arp, Ethernet, Tcp, Udp, Icmp, Icmpv6, Gre, Ipv6HopByHop, Ipv6DestinationOptions,
              SegmentRouting, Ipv6Routing, Ipv6Fragment, Ah>(previous);
  }
  template <class... Headers, class Previous>
  void next_of(const Previous& previous) {
    static_cast<void>((take_if_announced<Headers>(previous) || ...));
  }
  template <class Header, class Previous>
  bool take_if_announced(const Previous& previous) {
    if constexpr (Announces<Previous, Header>)
      if (announces<Header>(previous) && starts<Header>()) return take<Header>(), true;
    return false;
  }

  /// Whether what is left can be a `Header`, by those of its bytes that are there.
  template <class Header>
  bool starts() const {
    std::array<std::uint8_t, sizeof(Header)> bytes{};
    std::copy_n(left_.begin(), std::min(bytes.size(), left_.size()), bytes.begin());
    return can_be(std::bit_cast<Header>(bytes));
  }

  /// The header that starts here, with a line for it and one for its options, and what follows it.
  template <DescribedHeader Header>
  void take() {
    if (headers_++ == most_headers) return;
    if (left_.size() < sizeof(Header))
      return line(std::string(header_description<Header>.name) + ": cut off after " + bytes_count(left_.size()));
    const auto header = packet::copy_header<Header>(left_.data());
    line(to_text(header));
    left_ = left_.subspan(sizeof(Header));
    if constexpr (HasNext<Header>) {
      if (header.has_next() && header.header_length().value() > sizeof(Header))
        take_options(header_description<Header>.name, header.header_length().value() - sizeof(Header));
      next(header);
      guess(header);
    }
  }

  void take_options(std::string_view header, std::size_t size) {
    const auto options = left_.first(size < left_.size() ? size : left_.size());
    line(std::string(header) + " options: " + bytes_count(options.size()) + ", " + hexadecimal_text(options));
    left_ = left_.subspan(options.size());
  }

  /// What follows a header that does not say so: by the version behind the last label, and by the usual port.
  void guess(const auto&) {}
  void guess(const Mpls& label) {
    if (label.bottom()) ip();
  }
  void guess(const Udp& header) {
    if (header.destination == Vxlan::port) take<Vxlan>();
    if (header.destination == Geneve::port) take<Geneve>();
  }

  void ip() {
    if (starts<Ipv4>()) return take<Ipv4>();
    if (starts<Ipv6>()) take<Ipv6>();
  }

  std::span<const std::uint8_t> left_;
  std::string text_;
  std::size_t headers_ = 0;
};

}  // namespace detail::testing

/// A packet for people to read: how long it is, and a line for each header and what it carries.
inline std::string packet_text(std::span<const std::uint8_t> packet, PacketStart start = PacketStart::Ethernet) {
  return detail::testing::bytes_count(packet.size()) + detail::testing::PacketWriter(packet).write(start);
}

}  // namespace ebpfxx
