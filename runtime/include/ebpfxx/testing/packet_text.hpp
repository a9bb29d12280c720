#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ebpfxx/packet/describe_text.hpp>
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

namespace detail {

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
    if (start == PacketStart::Ethernet) ethernet();
    if (start == PacketStart::Ip) ip();
    if (!left_.empty()) line("payload: " + bytes_count(left_.size()) + ", " + hexadecimal_text(left_));
    return text_;
  }

 private:
  static constexpr std::size_t most_headers = 32;

  void line(std::string_view text) { text_.append("\n  ").append(text); }

  /// The header that starts here, with a line for it and one for its options; nothing where the packet ends before.
  template <DescribedHeader Header>
  std::optional<Header> take() {
    if (headers_++ == most_headers) return std::nullopt;
    if (left_.size() < sizeof(Header)) {
      line(std::string(header_description<Header>.name) + ": cut off after " + bytes_count(left_.size()));
      return std::nullopt;
    }
    const auto header = copy_header<Header>(left_.data());
    line(to_text(header));
    left_ = left_.subspan(sizeof(Header));
    if constexpr (requires { header.header_length(); })
      if (header.has_next() && header.header_length().value() > sizeof(Header))
        take_options(header_description<Header>.name, header.header_length().value() - sizeof(Header));
    return header;
  }

  void take_options(std::string_view header, std::size_t size) {
    const auto options = left_.first(size < left_.size() ? size : left_.size());
    line(std::string(header) + " options: " + bytes_count(options.size()) + ", " + hexadecimal_text(options));
    left_ = left_.subspan(options.size());
  }

  void ethernet() {
    const auto header = take<Ethernet>();
    if (header && header->has_next()) ether_type(header->ether_type.value());
  }

  void ether_type(EtherType type) {
    switch (type) {
      case EtherType::Ipv4:
      case EtherType::Ipv6:
        return ip();
      case EtherType::Vlan:
      case EtherType::ProviderBridging:
        if (const auto tag = take<Vlan>(); tag && tag->has_next()) ether_type(tag->ether_type.value());
        return;
      case EtherType::Mpls:
        if (const auto label = take<Mpls>()) label->bottom() ? ip() : ether_type(EtherType::Mpls);
        return;
      case EtherType::Arp:
        take<Arp>();
        return;
      case EtherType::TransparentEthernet:
        return ethernet();
      default:
        return;
    }
  }

  /// By the version that it starts with.
  void ip() {
    const unsigned version = left_.empty() ? 0 : left_.front() >> 4;
    if (version == 4) {
      const auto header = take<Ipv4>();
      if (header && header->has_next()) ip_protocol(header->protocol);
    } else if (version == 6) {
      take_and_follow<Ipv6>();
    }
  }

  template <DescribedHeader Header>
  void take_and_follow() {
    const auto header = take<Header>();
    if (header && header->has_next()) ip_protocol(header->next_header);
  }

  void ip_protocol(IpProtocol protocol) {
    switch (protocol) {
      case IpProtocol::Ipv4:
      case IpProtocol::Ipv6:
        return ip();
      case IpProtocol::Tcp:
        take<Tcp>();
        return;
      case IpProtocol::Udp:
        return udp();
      case IpProtocol::Icmp:
        take<Icmp>();
        return;
      case IpProtocol::Icmpv6:
        take<Icmpv6>();
        return;
      case IpProtocol::Gre:
        if (const auto header = take<Gre>(); header && header->has_next()) ether_type(header->protocol.value());
        return;
      case IpProtocol::HopByHop:
        return take_and_follow<Ipv6HopByHop>();
      case IpProtocol::DestinationOptions:
        return take_and_follow<Ipv6DestinationOptions>();
      case IpProtocol::Routing:
        return left_.size() > 2 && left_[2] == SegmentRouting::type ? take_and_follow<SegmentRouting>()
                                                                    : take_and_follow<Ipv6Routing>();
      case IpProtocol::Fragment:
        return take_and_follow<Ipv6Fragment>();
      case IpProtocol::Ah:
        return take_and_follow<Ah>();
      default:
        return;
    }
  }

  void udp() {
    const auto header = take<Udp>();
    if (!header) return;
    if (header->destination == Vxlan::port) {
      if (const auto tunnel = take<Vxlan>(); tunnel && tunnel->has_next()) ethernet();
    } else if (header->destination == Geneve::port) {
      if (const auto tunnel = take<Geneve>(); tunnel && tunnel->has_next()) ether_type(tunnel->protocol.value());
    }
  }

  std::span<const std::uint8_t> left_;
  std::string text_;
  std::size_t headers_ = 0;
};

}  // namespace detail

/// A packet for people to read: how long it is, and a line for each header and what it carries.
inline std::string packet_text(std::span<const std::uint8_t> packet, PacketStart start = PacketStart::Ethernet) {
  return detail::bytes_count(packet.size()) + detail::PacketWriter(packet).write(start);
}

}  // namespace ebpfxx
