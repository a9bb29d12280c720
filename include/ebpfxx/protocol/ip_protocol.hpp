#pragma once

#include <cstdint>

namespace ebpfxx {

/// What an IP header carries: IPv4's protocol and IPv6's next header field. IANA "Protocol Numbers".
enum class IpProtocol : std::uint8_t {
  HopByHop = 0,
  Icmp = 1,
  Ipv4 = 4,
  Tcp = 6,
  Udp = 17,
  Ipv6 = 41,
  Routing = 43,
  Fragment = 44,
  Gre = 47,
  Icmpv6 = 58,
  NoNext = 59,
  DestinationOptions = 60,
  Sctp = 132,
};

}  // namespace ebpfxx
