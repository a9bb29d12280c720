#pragma once

#include <linux/bpf.h>

#include <cstdint>

#include <ebpfxx/context/copied_packet.hpp>
#include <ebpfxx/detail/fixed_string.hpp>

namespace ebpfxx {

/// Packets that a socket is about to queue for its reader (sk_filter_trim_cap in net/core/filter.c, packet_rcv in
/// net/packet/af_packet.c). Where data starts depends on the socket:
///
/// - UDP and TCP: at their header
/// - raw IPv4 (AF_INET, SOCK_RAW): at the IPv4 header; raw IPv6: behind the IPv6 header and its extensions
/// - packet socket (AF_PACKET): SOCK_RAW at the link layer's header, SOCK_DGRAM at the network layer's; what this
///   machine sends, as a packet socket sees it, likewise
///
/// Programs copy from packets and do not see their memory.
struct SocketFilter {
  /// sk_filter_is_valid_access in net/core/filter.c.
  struct Rights {
    static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_SOCKET_FILTER;
    static constexpr PacketStart start = PacketStart::Unknown;
    static constexpr PacketMargins margins{};
    static constexpr SkbFields readable{
        SkbField::length,   SkbField::packet_type,     SkbField::mark,         SkbField::queue_mapping,
        SkbField::protocol, SkbField::vlan_present,    SkbField::vlan_tci,     SkbField::vlan_protocol,
        SkbField::priority, SkbField::ingress_ifindex, SkbField::ifindex,      SkbField::tc_index,
        SkbField::hash,     SkbField::napi_id,         SkbField::gso_segments, SkbField::gso_size,
        SkbField::control};
    static constexpr SkbFields writable{SkbField::control};
  };

  /// How much of a packet the socket gets: `Keep{bytes}` cuts off what is behind the first bytes, from where data
  /// starts; `Keep::All` or `Drop`. The kernel leaves UDP and TCP sockets at least their header.
  class Keep {
   public:
    /// The first `bytes`, from where data starts.
    constexpr explicit Keep(std::uint32_t bytes) : bytes_(bytes) {}

    /// The whole packet.
    // NOLINTBEGIN(readability-identifier-naming): spelled as the verdicts of other hooks are, which are enumerators
    static const Keep All;
    /// No bytes.
    static const Keep Drop;
    // NOLINTEND(readability-identifier-naming)

    /// How many, at most.
    constexpr std::uint32_t bytes() const { return bytes_; }
    /// As the kernel takes it.
    constexpr explicit operator int() const { return static_cast<int>(bytes_); }
    friend constexpr bool operator==(const Keep&, const Keep&) = default;

   private:
    std::uint32_t bytes_;
  };

  static constexpr FixedString name{"SocketFilter"};
  static constexpr FixedString section{"socket"};
  using Packet = CopiedPacket<Rights>;
  using Input = Packet;
  using Verdict = Keep;
  /// The verdict `Keep::Drop`, spelled as that of other hooks.
  // NOLINTNEXTLINE(readability-identifier-naming): as above
  static const Keep Drop;
};

inline constexpr SocketFilter::Keep SocketFilter::Keep::All{0xffffffff};
inline constexpr SocketFilter::Keep SocketFilter::Keep::Drop{0};
inline constexpr SocketFilter::Keep SocketFilter::Drop{0};

}  // namespace ebpfxx
