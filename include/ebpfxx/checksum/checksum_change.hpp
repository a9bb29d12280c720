#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/checksum/checksum_parts.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/packet/parsed.hpp>

/// Changes of fields, and what they mean for checksums:
///
///     auto change = replace<&Ipv4::destination>(ip, Ipv4Address("10.0.0.4"));
///     amend_checksum(packet, ip, change);
///     amend_checksum(packet, udp, change);    // the pseudo header has the address too
///
/// A checksum over options or a payload is amended for fields of those too:
///
///     amend_checksum(packet, tcp, replace<&TcpMaximumSegmentSize::bytes>(option, std::uint16_t{1400}));
///     amend_checksum(packet, udp, replace<&Dns::id>(dns, std::uint16_t{7}));
namespace ebpfxx {

namespace detail::checksum {

template <class Member>
struct MemberOf;
template <class Header, class Field>
struct MemberOf<Field Header::*> {
  using header_type = Header;
  using field_type = Field;
};
template <auto Member>
using MemberHeaderOf = typename MemberOf<std::remove_cv_t<decltype(Member)>>::header_type;
template <auto Member>
using MemberFieldOf = typename MemberOf<std::remove_cv_t<decltype(Member)>>::field_type;

/// How many bytes of the header are in front of the field.
template <auto Member>
consteval std::size_t offset_of() {
  using Header = MemberHeaderOf<Member>;
  for (std::size_t i = 0; i < sizeof(Header); ++i) {
    std::array<std::uint8_t, sizeof(Header)> bytes{};
    bytes[i] = 0xff;
    for (const std::uint8_t byte : packet::bytes_of(std::bit_cast<Header>(bytes).*Member))
      if (byte != 0) return i;
  }
  return sizeof(Header);
}

/// Whether a field of an IP header is in the pseudo header too, as far from the start of a 16-bit word.
template <auto Member>
inline constexpr bool is_in_pseudo_header = false;

template <class Header, class Part>
inline constexpr bool covers_part =
    !std::remove_cvref_t<decltype(checksum_covers<Header>)>::template holds_none_of<Part>;

template <class Header>
inline constexpr bool has_pseudo_header = covers_part<Header, PseudoHeader>;

/// A header that names what follows it, or that such a name announces, is not taken for a part of a payload: it may
/// are in front.
template <class Header>
concept BehindTransport = !requires { Header::ether_type; } && !requires { Header::ip_protocol; };

/// Whether the field is in an option of `Header`, or in the payload behind it, and its checksum covers those.
template <auto Member, class Header>
inline constexpr bool is_covered_behind = [] {
  if constexpr (OptionOf<MemberHeaderOf<Member>, Header>)
    return covers_part<Header, OptionBytes>;
  else
    return BehindTransport<MemberHeaderOf<Member>> && covers_part<Header, PayloadBytes>;
}();

/// Whether the checksum of `Header` covers the field.
template <auto Member, class Header>
inline constexpr bool covers = [] {
  if constexpr (std::same_as<MemberHeaderOf<Member>, Header>)
    return offset_of<Member>() != offset_of<&Header::checksum>();
  else
    return (is_in_pseudo_header<Member> && has_pseudo_header<Header>) || is_covered_behind<Member, Header>;
}();

}  // namespace detail::checksum

/// That fields of a packet were replaced: what the new ones have more than the old ones, in one's complement.
template <auto First, auto... Members>
class EBPFXX_ANNOTATE(EBPFXX_ABI_CHECKSUM_CHANGE) [[nodiscard("hand it to amend_checksum")]] ChecksumChange {
 public:
  /// `start`: of the header that has the fields, in the packet.
  constexpr ChecksumChange(std::uint64_t sum, const std::uint8_t* start) : sum_(sum), start_(start) {}

  /// Both changes, of one header.
  template <auto... More>
    requires(std::same_as<detail::checksum::MemberHeaderOf<First>, detail::checksum::MemberHeaderOf<More>> && ...)
  constexpr ChecksumChange<First, Members..., More...> operator+(ChecksumChange<More...> more) const {
    return ChecksumChange<First, Members..., More...>(sum_ + more.memory_sum(), start_);
  }

  /// In memory order.
  constexpr std::uint64_t memory_sum() const { return sum_; }

  /// The same change for a checksum of `Header`, which starts at `start`: at an odd distance the bytes of each word
  /// have changed places.
  template <class Header>
  constexpr ChecksumChange seen_from(const std::uint8_t* start) const {
    if constexpr (detail::checksum::is_covered_behind<First, Header>)
      if ((start_ - start) % 2 != 0) return ChecksumChange(__builtin_bswap16(detail::checksum::folded(sum_)), start_);
    return *this;
  }

  /// What a checksum becomes of which `before` was right (RFC 1624, equation 3).
  constexpr BigEndian<std::uint16_t> amended(BigEndian<std::uint16_t> before) const {
    const std::uint64_t complement = ~std::bit_cast<std::uint16_t>(before) & 0xffffU;
    return std::bit_cast<BigEndian<std::uint16_t>>(
        static_cast<std::uint16_t>(~detail::checksum::folded(complement + sum_)));
  }

 private:
  std::uint64_t sum_;
  const std::uint8_t* start_;
};

/// Writes a field of a found header, and gives what that means for checksums.
template <auto Member, PacketHeader Header, PacketAccess A, Interval Offset>
  requires(Writable<A> && std::same_as<Header, detail::checksum::MemberHeaderOf<Member>>)
constexpr ChecksumChange<Member> replace(const Parsed<Header, A, Offset>& header,
                                         detail::checksum::MemberFieldOf<Member> value) {
  using Field = detail::checksum::MemberFieldOf<Member>;
  constexpr std::size_t parity = detail::checksum::offset_of<Member>() % 2;
  constexpr std::uint64_t zero =
      0xffffffffULL * (sizeof(Field) / 4 + 1);  // a multiple of 0xffff; no field's sum is more
  detail::packet::HeaderAccess<Header, A> access(header.cursor().position);
  Field& field = access.operator->()->*Member;
  const std::uint64_t removed = detail::checksum::sum_of<parity>(detail::packet::bytes_of(field));
  const std::uint64_t added = detail::checksum::sum_of<parity>(detail::packet::bytes_of(value));
  field = value;
  return ChecksumChange<Member>(zero - removed + added, header.cursor().position);
}
template <auto Member, PacketHeader Header, PacketAccess A, Interval Offset>
  requires(!Writable<A>)
constexpr ChecksumChange<Member> replace(const Parsed<Header, A, Offset>&, detail::checksum::MemberFieldOf<Member>)
    EBPFXX_REFUSE("packet-write",
                  "replaces %0 bytes of a packet that this hook only reads; use a hook that may write, as Lwt::Xmit",
                  sizeof(detail::checksum::MemberFieldOf<Member>));

namespace detail::checksum {

template <PacketHeader Header, PacketAccess A, Interval Offset, class Change>
constexpr void amend_in_place(const Parsed<Header, A, Offset>& header, const Change& change) {
  packet::HeaderAccess<Header, A> access(header.cursor().position);
  BigEndian<std::uint16_t>& checksum = access.operator->()->checksum;
  if constexpr (requires { requires Header::zero_is_no_checksum; }) {
    if (checksum == 0) return;
    const BigEndian<std::uint16_t> amended = change.amended(checksum);
    checksum = amended == 0 ? BigEndian<std::uint16_t>(std::uint16_t{0xffff}) : amended;
  } else {
    checksum = change.amended(checksum);
  }
}

/// Whether a hook's packets may have checksums that the kernel has left to the device: those of struct sk_buff.
template <class Packet>
concept LeavesChecksums = std::same_as<typename Packet::Raw, __sk_buff>;

}  // namespace detail::checksum

/// Corrects the checksum in a found header after fields that it covers were replaced: of this header, of its options,
/// of the IP header in front, or of a header in its payload. Where the packet is a socket buffer, the checksums of TCP,
/// UDP and ICMPv6 are left to the kernel, which knows those that the device is to fill in (bpf_l4_csum_replace): what
/// was taken from the packet before is then stale.
template <class Packet, detail::checksum::HasChecksum Header, PacketAccess A, Interval Offset, auto First,
          auto... Members>
  requires(detail::checksum::covers<First, Header> && (detail::checksum::covers<Members, Header> && ...))
EBPFXX_ANNOTATE(EBPFXX_ABI_WRITES_CHECKSUM)
constexpr void amend_checksum(Packet packet, const Parsed<Header, A, Offset>& header,
                              const ChecksumChange<First, Members...>& replaced) {
  const auto change = replaced.template seen_from<Header>(header.cursor().position);
  if constexpr (detail::checksum::LeavesChecksums<Packet> && detail::checksum::has_pseudo_header<Header>) {
    if (on_device()) {
      constexpr bool is_pseudo = detail::checksum::is_in_pseudo_header<First>;
      constexpr bool zero_is_none = requires { requires Header::zero_is_no_checksum; };
      constexpr std::uint64_t flags =
          (is_pseudo ? std::uint64_t{BPF_F_PSEUDO_HDR} : 0) | (zero_is_none ? std::uint64_t{BPF_F_MARK_MANGLED_0} : 0);
      const auto start = packet.template parse<std::uint8_t>().cursor().position;
      const auto offset = static_cast<std::uint32_t>(header.cursor().position - start) +
                          static_cast<std::uint32_t>(detail::checksum::offset_of<&Header::checksum>());
      call_helper<BpfHelper::l4_csum_replace>(reinterpret_cast<__sk_buff*>(packet.raw_context()), offset, 0,
                                              detail::checksum::folded(change.memory_sum()), flags);
      return;
    }
  }
  detail::checksum::amend_in_place(header, change);
  if constexpr (detail::checksum::LeavesChecksums<Packet> && detail::checksum::has_pseudo_header<Header>)
    packet.raw_context()->memory.move(0);
}
template <class Packet, detail::checksum::HasChecksum Header, PacketAccess A, Interval Offset, auto First,
          auto... Members>
constexpr void amend_checksum(Packet, const Parsed<Header, A, Offset>&, const ChecksumChange<First, Members...>&)
    EBPFXX_REFUSE("checksum",
                  "amends a checksum for a field that it does not cover; amend the one of the field's header");

}  // namespace ebpfxx
