#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <ebpfxx/context/frame_protocol.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>

#include "packets.hpp"

namespace ebpfxx::fuzz {

/// What a program of a hook is run on.
template <class Hook>
struct Case {
  Bytes packet;  ///< metadata and packet
  typename Hook::Packet::Context context;
};

constexpr std::uint32_t experimental_type = detail::number::swap_to_network(std::uint16_t{0x88b5});

/// Whether a test run takes an IP packet that ends so early: the kernel wants the header that the protocol promises.
inline bool holds_ip_header(std::uint32_t protocol, std::size_t size) {
  const EtherType type = detail::context::decode_field<EtherType>(protocol);
  return size >= (type == EtherType::Ipv4 ? 20u : type == EtherType::Ipv6 ? 40u : 0u);
}

/// The case of a seed.
template <class Hook>
Case<Hook> case_of(std::uint64_t seed) {
  Random random(seed);
  PacketMaker maker(random);
  Case<Hook> made{};
  constexpr bool is_xdp = std::same_as<typename Hook::Packet::Context, XdpContext>;
  if constexpr (is_xdp) {
    constexpr bool fragments = Hook::Packet::fragments;
    made.packet = maker.make(Layer::Ethernet, fragments ? 9000 : 1600, fragments);
    const std::size_t frame = made.packet.size();
    if (random.one_in(4)) {
      made.context.metadata = static_cast<std::uint32_t>(4 * random.below(9));
      made.packet.insert(made.packet.begin(), made.context.metadata, random.byte());
    }
    const std::size_t linear = std::min<std::size_t>(frame, 3000);  // on one page, with what the kernel puts around it
    made.context.linear =
        static_cast<std::uint32_t>(fragments && random.one_in(2) ? 14 + random.below(linear - 13) : linear);
    made.context.ingress_ifindex = 1;
  } else {
    constexpr bool is_frame = Hook::Packet::start == PacketStart::Ethernet;
    const Layer start = is_frame                                 ? Layer::Ethernet
                        : Hook::Packet::start == PacketStart::Ip ? Layer::Ip
                                                                 : static_cast<Layer>(random.below(3));
    made.packet = maker.make(start, 1600);
    if (is_frame) {
      const std::uint32_t protocol = detail::context::protocol_of_frame(made.packet);
      if (!holds_ip_header(protocol, made.packet.size() - 14)) made.packet[12] = 0x88, made.packet[13] = 0xb5;
    } else {
      const std::uint32_t protocol = detail::context::protocol_of_ip(made.packet);
      made.context.protocol =
          protocol != 0 && holds_ip_header(protocol, made.packet.size()) ? protocol : experimental_type;
      if (random.one_in(8)) made.context.pkt_type = 3;
    }
    made.context.ifindex = 1;
    if (random.one_in(2)) {
      made.context.mark = random.edge();
      made.context.priority = random.edge();
      made.context.ingress_ifindex = random.edge() & 0x7fffffff;
      made.context.tstamp = random.number() >> random.below(64);
      made.context.gso_segs = random.edge() & 0xffff;
      made.context.gso_size = random.edge() & 0xffff;
      for (std::uint32_t& number : made.context.cb) number = random.edge();
    }
    if (random.one_in(8)) made.context.wire_len = static_cast<std::uint32_t>(made.packet.size() + random.below(1000));
  }
  return made;
}

/// Whether it has the first header, or is exactly one byte short of it: what is shorter says little.
template <class Hook>
bool counts(const Case<Hook>& made) {
  const std::size_t size = made.packet.size() - made.context.metadata;
  if constexpr (Hook::Packet::start == PacketStart::Ethernet)
    return size >= 14;
  else if constexpr (Hook::Packet::start == PacketStart::Ip)
    return size >= (!made.packet.empty() && made.packet[0] >> 4 == 6 ? 39u : 19u);
  else
    return size >= 7;
}

}  // namespace ebpfxx::fuzz
