#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/cursor.hpp>

/// One's complement sums in programs, whose types remember what they cover (RFC 1071, RFC 1624):
///
///     auto sum = pseudo_header(*ip, IpProtocol::Udp, length) + checksum_of(*udp) + *payload_sum;
///     udp->checksum = checksum_field<Udp>(sum);          // compiles for what Udp's checksum covers, and nothing else
namespace ebpfxx {

/// What a sum covers beside headers: addresses, protocol and length, as TCP and UDP take them from the IP header.
struct PseudoHeader {};

/// The part of a sum that is no header: the bytes behind one.
struct PayloadBytes {};

/// What a sum covers beside headers: what is between the fixed part of a header and what follows it. A header
/// without options has none to add.
struct OptionBytes {};

namespace detail::checksum {

template <class Part, class... Parts>
inline constexpr bool is_among = (std::same_as<Part, Parts> || ...);

template <class... Parts>
struct PartList {
  template <class... More>
  static constexpr bool holds_none_of = !(is_among<More, Parts...> || ...);
  template <class... Others>
  static constexpr bool equals = sizeof...(Parts) == sizeof...(Others) && (is_among<Others, Parts...> && ... && true);
};

/// The 16 bits that a sum of 16-bit words in network byte order, or of 32-bit ones, stands for.
constexpr std::uint16_t folded(std::uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

/// Bytes that start `Parity` bytes behind a word, as a sum of words in memory order: where the first byte of a word
/// is does not matter to the sum, as long as it is the same everywhere.
template <std::size_t Parity, std::size_t Size>
constexpr std::uint64_t sum_of(const std::array<std::uint8_t, Size>& bytes) {
  constexpr bool little = std::endian::native == std::endian::little;
  std::uint64_t sum = 0;
  std::size_t i = 0;
  if constexpr (Parity == 0) {
    for (; i + 4 <= Size; i += 4)
      sum += std::bit_cast<std::uint32_t>(std::array{bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]});
    for (; i + 2 <= Size; i += 2) sum += std::bit_cast<std::uint16_t>(std::array{bytes[i], bytes[i + 1]});
  }
  for (; i < Size; ++i)
    sum += ((i + Parity) % 2 == 0) == little ? std::uint64_t{bytes[i]} : std::uint64_t{bytes[i]} << 8;
  return sum;
}

}  // namespace detail::checksum

/// The sum over parts of a packet; over whole 16-bit words of each. A header's own checksum field counts as zero.
template <class... Parts>
class ChecksumParts {
 public:
  /// `sum`: of words in memory order.
  static constexpr ChecksumParts of(std::uint64_t sum) { return ChecksumParts(sum); }

  /// Both.
  template <class... More>
    requires(detail::checksum::PartList<Parts...>::template holds_none_of<More...>)
  constexpr ChecksumParts<Parts..., More...> operator+(ChecksumParts<More...> more) const {
    return ChecksumParts<Parts..., More...>::of(sum_ + more.memory_sum());
  }
  template <class... More>
  constexpr ChecksumParts operator+(ChecksumParts<More...>) const
      EBPFXX_REFUSE("checksum", "adds a part to a checksum that covers it already; add every part once");

  /// The complement of the sum, as it is in a header.
  constexpr BigEndian<std::uint16_t> value() const {
    return std::bit_cast<BigEndian<std::uint16_t>>(static_cast<std::uint16_t>(~detail::checksum::folded(sum_)));
  }

  /// The parts' sum in ones' complement, not folded, of 16-bit words as memory has them.
  constexpr std::uint64_t memory_sum() const { return sum_; }

 private:
  constexpr explicit ChecksumParts(std::uint64_t sum) : sum_(sum) {}

  std::uint64_t sum_;
};

/// What the checksum field of `Header` covers; headers specialise it.
template <class Header>
inline constexpr detail::checksum::PartList<Header> checksum_covers{};

namespace detail::checksum {

template <class Header, class... Parts>
concept CoveredBy = std::remove_cvref_t<decltype(checksum_covers<Header>)>::template equals<Parts...> ||
                    std::remove_cvref_t<decltype(checksum_covers<Header>)>::template equals<Parts..., OptionBytes>;

template <class Header>
concept HasChecksum = PacketHeader<Header> && requires(Header header) { header.checksum; };

}  // namespace detail::checksum

/// Returns the sum over the fixed part of a header, its checksum field taken as zero.
template <detail::checksum::HasChecksum Header>
constexpr ChecksumParts<Header> checksum_of(Header header) {
  header.checksum = std::uint16_t{0};
  return ChecksumParts<Header>::of(detail::checksum::sum_of<0>(detail::packet::bytes_of(header)));
}

/// Returns the checksum field of `Header`, from a sum over exactly what that field covers; without `OptionBytes`, that
/// of a header without options. Of UDP never 0, which would say that there is none.
template <detail::checksum::HasChecksum Header, class... Parts>
  requires(detail::checksum::CoveredBy<Header, Parts...>)
constexpr BigEndian<std::uint16_t> checksum_field(ChecksumParts<Parts...> sum) {
  const BigEndian<std::uint16_t> value = sum.value();
  if constexpr (requires { requires Header::zero_is_no_checksum; })
    if (value == 0) return std::uint16_t{0xffff};
  return value;
}
template <detail::checksum::HasChecksum Header, class... Parts>
constexpr BigEndian<std::uint16_t> checksum_field(ChecksumParts<Parts...>)
    EBPFXX_REFUSE("checksum",
                  "takes a sum of %0 parts for a checksum that covers others; add up what 'checksum_covers' says",
                  sizeof...(Parts));

}  // namespace ebpfxx
