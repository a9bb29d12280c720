#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/host_name.hpp>
#include <ebpfxx/packet/position.hpp>

namespace ebpfxx {

/// The length in front of each DNS message over TCP (RFC 1035, section 4.2.2): `tcp.payload<DnsLength>()`, and behind
/// it `next<Dns>()`.
struct DnsLength {
  BigEndian<std::uint16_t> length = 0;  ///< bytes, without this field

  constexpr Bounded<2, 2> header_length() const { return Bounded<2, 2>::proven(2); }
  constexpr bool has_next() const { return length >= 12; }

  constexpr void fill_in(const Surroundings& around) {
    if (length == DnsLength{}.length) length = detail::builder::length_field(around.payload.size());
  }
};

/// The header of a DNS message (RFC 1035, section 4.1.1); `read_question` reads what follows it.
struct Dns {
  /// The usual port of UDP and TCP.
  static constexpr std::uint16_t port = 53;

  BigEndian<std::uint16_t> id = 0;  ///< of the query, repeated in the response
  /// Response, operation, authoritative, truncated, recursion, response code, from the highest bit to the lowest.
  BigEndian<std::uint16_t> flags = 0x0100;
  BigEndian<std::uint16_t> questions = 0;    ///< how many
  BigEndian<std::uint16_t> answers = 0;      ///< how many resource records follow the questions
  BigEndian<std::uint16_t> authorities = 0;  ///< how many records of name servers follow these
  BigEndian<std::uint16_t> additional = 0;   ///< how many records follow these

  /// The QR bit: a response, not a query.
  constexpr bool is_response() const { return (flags.value() & 0x8000) != 0; }

  /// What is asked for; 0: a standard query.
  constexpr std::uint8_t operation() const { return static_cast<std::uint8_t>(flags.value() >> 11 & 15); }
  /// The AA bit: the server is an authority for the name.
  constexpr bool authoritative() const { return (flags.value() & 0x0400) != 0; }
  /// The TC bit: the message was longer than its transport took.
  constexpr bool truncated() const { return (flags.value() & 0x0200) != 0; }
  /// The RD bit: the server is asked to ask others.
  constexpr bool recursion_desired() const { return (flags.value() & 0x0100) != 0; }
  /// The RA bit: the server does ask others.
  constexpr bool recursion_available() const { return (flags.value() & 0x0080) != 0; }

  /// Of a response; 0: no error, 3: there is no such name.
  constexpr std::uint8_t response_code() const { return static_cast<std::uint8_t>(flags.value() & 15); }

  /// In bytes.
  constexpr Bounded<12, 12> header_length() const { return Bounded<12, 12>::proven(12); }

  /// Whether a question follows.
  constexpr bool has_next() const { return questions > 0; }
};

template <>
inline constexpr auto relation<DnsLength, Dns> = [](const DnsLength&) { return true; };

template <>
inline constexpr auto header_description<DnsLength> =
    describe_header("dns length", HeaderField("length", &DnsLength::length));
template <>
inline constexpr auto header_description<Dns> = describe_header(
    "dns", HeaderField("id", &Dns::id), HeaderField("response", &Dns::is_response),
    HeaderField("operation", &Dns::operation), HeaderField("authoritative", &Dns::authoritative),
    HeaderField("truncated", &Dns::truncated), HeaderField("recursion desired", &Dns::recursion_desired),
    HeaderField("recursion available", &Dns::recursion_available), HeaderField("response code", &Dns::response_code),
    HeaderField("questions", &Dns::questions), HeaderField("answers", &Dns::answers),
    HeaderField("authorities", &Dns::authorities), HeaderField("additional", &Dns::additional));

static_assert(DescribedHeader<DnsLength> && sizeof(DnsLength) == 2 && DescribedHeader<Dns> && sizeof(Dns) == 12);

/// A DNS header in a packet to build; the question is payload: `dns({.questions = 1}) / payload("\1a\3org\0\0\1\0\1")`.
constexpr auto dns(const Dns& header = {}) { return layer(header); }

/// The length in front of a DNS message over TCP in a packet to build, which it fills in: `tcp() / dns_length() /
/// dns()`.
constexpr auto dns_length(const DnsLength& header = {}) { return layer(header); }

/// What follows the name of a question.
struct DnsQuestionType {
  BigEndian<std::uint16_t> type = 1;            ///< 1: A, 28: AAAA, ...
  BigEndian<std::uint16_t> question_class = 1;  ///< 1: Internet
};

/// The first question of a DNS message.
template <std::size_t Bytes>
struct DnsQuestion {
  HostName<Bytes> name;
  std::uint16_t type = 0;  ///< of the records asked for (A is 1, AAAA is 28), in host order
  /// IN is 1, in host order.
  std::uint16_t question_class = 0;
};

namespace detail::protocol {

/// A name in labels of a length and as many characters, up to an empty one. Gives how many bytes it takes; 0 where it
/// does not fit, is cut off, points elsewhere, or has a label with a dot or a zero in it. `name` may be where the bytes
/// of the window are.
template <std::size_t Bytes, class Window>
constexpr std::size_t read_labels(const Window& window, HostName<Bytes>& name) {
  constexpr std::uint32_t longest_label = 63;
  const packet::ByteThere first = window[0];
  if (!first.there || first.value > longest_label) return 0;
  if (first.value == 0) return 1;
  std::uint32_t left = first.value;
  for (std::size_t i = 1; i < Bytes; ++i) {
    const packet::ByteThere byte = window[i];
    if (!byte.there) return 0;
    if (left > 0) {
      if (byte.value == '.' || byte.value == 0) return 0;
      name.characters[i - 1] = packet::lower_case(byte.value);
      left = static_cast<std::uint32_t>(opaque(left - 1) & longest_label);
    } else {
      if (byte.value == 0) return i + 1;
      if (byte.value > longest_label) return 0;
      name.characters[i - 1] = '.';
      left = byte.value;
    }
  }
  return 0;
}

}  // namespace detail::protocol

/// The first question behind a DNS header that was found and tested; nothing where there is none. Could not be told
/// where the message ends before the question does, or its name is no name of labels, or one longer than `Bytes` - 2
/// characters. Names in questions point nowhere.
template <std::size_t Bytes = 256, detail::packet::FoundHeader<Dns> Found>
constexpr FoundValue<DnsQuestion<Bytes>> read_question(const Found& dns) {
  return FoundValue<DnsQuestion<Bytes>>([&](DnsQuestion<Bytes>& question) {
    if (!dns->has_next()) return ReadOutcome::None;
    const auto position = detail::packet::position_of<sizeof(Dns) + 2 * Bytes>(dns).moved(sizeof(Dns));
    const auto window = position.template window<Bytes>(question.name.characters);
    const std::size_t read = detail::protocol::read_labels(window, question.name);
    if (read == 0) return ReadOutcome::CouldNotTell;
    // The verifier does not follow each length of a name from here on.
    const std::size_t size = detail::forgotten16(read) & (2 * Bytes - 1);
    detail::packet::clear_behind<decltype(window)>(question.name.characters, static_cast<std::int64_t>(size) - 2);
    const auto behind = position.moved(size).template parse<DnsQuestionType>();
    if (!behind) return ReadOutcome::CouldNotTell;
    question.type = behind->type.value();
    question.question_class = behind->question_class.value();
    return ReadOutcome::Found;
  });
}

}  // namespace ebpfxx
