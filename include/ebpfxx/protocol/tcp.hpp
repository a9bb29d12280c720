#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/ip_protocol.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/protocol/tcp_options.hpp>

namespace ebpfxx {

/// The TCP header without its options (RFC 9293).
struct Tcp {
  static constexpr IpProtocol ip_protocol = IpProtocol::Tcp;
  using Option = TcpOption;

  /// For `flags`, as `Tcp::Syn | Tcp::Ack`.
  enum Flag : std::uint8_t {
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
    Urg = 0x20,
    Ece = 0x40,
    Cwr = 0x80,
  };

  BigEndian<std::uint16_t> source = 0;          ///< port
  BigEndian<std::uint16_t> destination = 0;     ///< port
  BigEndian<std::uint32_t> sequence = 0;        ///< of the first byte of data
  BigEndian<std::uint32_t> acknowledgment = 0;  ///< the next byte that the sender waits for; of no meaning without ACK
  /// The header's length in units of 4 bytes; then 4 bits that are reserved.
  std::uint8_t data_offset_and_reserved = 0x50;
  /// CWR, ECE, URG, ACK, PSH, RST, SYN, FIN, from the highest bit to the lowest.
  std::uint8_t flags = 0;
  BigEndian<std::uint16_t> window = 0;          ///< bytes that the sender takes, in the unit that WindowScale has said
  BigEndian<std::uint16_t> checksum = 0;        ///< of header, options, data and pseudo-header
  BigEndian<std::uint16_t> urgent_pointer = 0;  ///< of no meaning without URG

  /// The header's length in units of 4 bytes; at least 5 in a real header.
  constexpr std::uint8_t data_offset() const { return data_offset_and_reserved >> 4; }

  /// Four bits that are zero.
  constexpr std::uint8_t reserved() const { return data_offset_and_reserved & 0xf; }

  /// The sender has no more data.
  constexpr bool fin() const { return (flags & Fin) != 0; }
  /// Sequence numbers are synchronised: the connection begins.
  constexpr bool syn() const { return (flags & Syn) != 0; }
  /// The connection is reset.
  constexpr bool rst() const { return (flags & Rst) != 0; }
  /// The receiver should not wait for more before it hands the data on.
  constexpr bool psh() const { return (flags & Psh) != 0; }
  /// `acknowledgment` means something.
  constexpr bool ack() const { return (flags & Ack) != 0; }
  /// `urgent_pointer` means something.
  constexpr bool urg() const { return (flags & Urg) != 0; }
  /// ECN: congestion was met (RFC 3168); with SYN, that ECN is understood.
  constexpr bool ece() const { return (flags & Ece) != 0; }
  /// ECN: the sender has slowed down (RFC 3168).
  constexpr bool cwr() const { return (flags & Cwr) != 0; }

  /// In bytes, with options. Holds where `has_next()` is true.
  constexpr Bounded<20, 60> header_length() const {
    return Bounded<20, 60>::proven(detail::opaque((data_offset_and_reserved >> 4U) * 4U));
  }

  /// In bytes; 0 in a header that is too short.
  constexpr std::uint64_t options_length() const { return has_next() ? header_length().value() - sizeof(Tcp) : 0; }

  /// Whether the payload starts behind this header: not in a header that is too short.
  constexpr bool has_next() const { return header_length().value() >= sizeof(Tcp); }

  constexpr void fill_in(const Surroundings& around);
};

template <>
inline constexpr auto header_description<Tcp> =
    describe_header("tcp", HeaderField("source", &Tcp::source), HeaderField("destination", &Tcp::destination),
                    HeaderField("sequence", &Tcp::sequence), HeaderField("acknowledgment", &Tcp::acknowledgment),
                    HeaderField("data offset", &Tcp::data_offset), HeaderField("reserved", &Tcp::reserved),
                    HeaderField("cwr", &Tcp::cwr), HeaderField("ece", &Tcp::ece), HeaderField("urg", &Tcp::urg),
                    HeaderField("ack", &Tcp::ack), HeaderField("psh", &Tcp::psh), HeaderField("rst", &Tcp::rst),
                    HeaderField("syn", &Tcp::syn), HeaderField("fin", &Tcp::fin), HeaderField("window", &Tcp::window),
                    HeaderField("checksum", &Tcp::checksum, FieldNotation::Hexadecimal),
                    HeaderField("urgent pointer", &Tcp::urgent_pointer));

static_assert(DescribedHeader<Tcp> && sizeof(Tcp) == 20);

constexpr void Tcp::fill_in(const Surroundings& around) {
  constexpr Tcp untouched;
  if (data_offset_and_reserved == untouched.data_offset_and_reserved)
    data_offset_and_reserved = static_cast<std::uint8_t>(data_offset_and_reserved + (around.options.size() / 4 << 4));
  if (checksum == untouched.checksum && around.pseudo_header) checksum = around.checksum(*around.pseudo_header, *this);
}

/// A TCP header in a packet to build; it fills in `data_offset` and, behind an IP header, `checksum`.
constexpr auto tcp(const Tcp& header = {}) { return layer(header); }

/// With options, as `tcp({.flags = Tcp::Syn}, options({2, 4, 5, 0xb4}))`.
template <std::size_t N>
constexpr auto tcp(const Tcp& header, const HeaderOptions<N>& options) {
  return layer(header, options);
}

}  // namespace ebpfxx
