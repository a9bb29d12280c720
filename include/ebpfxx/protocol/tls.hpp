#pragma once

#include <cstddef>
#include <cstdint>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/number/big_endian24.hpp>
#include <ebpfxx/number/bounded.hpp>
#include <ebpfxx/packet/describe.hpp>
#include <ebpfxx/packet/host_name.hpp>
#include <ebpfxx/packet/options.hpp>
#include <ebpfxx/packet/position.hpp>

namespace ebpfxx {

/// What a TLS extension is about; those in a ClientHello that are named here.
enum class TlsExtensionKind : std::uint16_t {
  ServerName = 0,
  SupportedGroups = 10,
  ApplicationProtocols = 16,
  SupportedVersions = 43,
  KeyShare = 51,
};

/// How a TLS extension starts (RFC 8446, section 4.2).
struct TlsExtension {
  using Kind = TlsExtensionKind;
  static constexpr std::uint32_t most = 32;  ///< extensions that a program looks at
  static constexpr std::uint32_t most_bytes = 4095;

  BigEndian<TlsExtensionKind> extension_kind{};  ///< what the extension is
  BigEndian<std::uint16_t> length = 0;           ///< bytes behind this start

  constexpr Kind kind() const { return extension_kind.value(); }

  /// In bytes, this start included.
  constexpr std::uint32_t size() const { return length.value() + 4U; }
};

/// The server's name in a ClientHello, up to where the name starts (RFC 6066, section 3).
struct TlsServerName {
  static constexpr auto kind = TlsExtensionKind::ServerName;
  static constexpr bool has_more = true;
  TlsExtension start{kind, std::uint16_t{5}};
  BigEndian<std::uint16_t> list_length = 0;  ///< bytes that follow
  std::uint8_t name_type = 0;                ///< 0: a host's
  BigEndian<std::uint16_t> name_length = 0;  ///< bytes
};

/// The start of a TLS connection (RFC 8446, sections 4.1.2 and 5.1): the record's header, the handshake's, and the
/// ClientHello up to the length of its session id.
struct TlsClientHello {
  std::uint8_t content_type = 22;                    ///< 22: handshake
  BigEndian<std::uint16_t> record_version = 0x0301;  ///< of the record layer; the version is negotiated elsewhere
  BigEndian<std::uint16_t> record_length = 0;        ///< bytes that follow
  std::uint8_t handshake_type = 1;                   ///< 1: ClientHello
  BigEndian24 handshake_length{};                    ///< bytes that follow
  BigEndian<std::uint16_t> version = 0x0303;         ///< of TLS 1.2, even where a later one is offered
  std::array<std::uint8_t, 32> random{};             ///< chosen by the client
  std::uint8_t session_id_length = 0;                ///< bytes; at most 32

  /// Whether this is one.
  constexpr bool is_client_hello() const {
    return content_type == 22 && record_version.value() >> 8 == 3 && handshake_type == 1 && session_id_length <= 32;
  }
};

template <>
inline constexpr auto header_description<TlsClientHello> =
    describe_header("tls client hello", HeaderField("content type", &TlsClientHello::content_type),
                    HeaderField("record version", &TlsClientHello::record_version, FieldNotation::Hexadecimal),
                    HeaderField("record length", &TlsClientHello::record_length),
                    HeaderField("handshake type", &TlsClientHello::handshake_type),
                    HeaderField("handshake length", &TlsClientHello::handshake_length),
                    HeaderField("version", &TlsClientHello::version, FieldNotation::Hexadecimal),
                    HeaderField("session id length", &TlsClientHello::session_id_length));

static_assert(PacketHeader<TlsClientHello> && sizeof(TlsClientHello) == 44);
static_assert(sizeof(TlsExtension) == 4 && sizeof(TlsServerName) == 9);

namespace detail::protocol {

inline constexpr std::size_t most_cipher_bytes = 1023;
inline constexpr std::size_t most_compression_bytes = 255;
inline constexpr std::size_t hello_reach =
    sizeof(TlsClientHello) + 63 + 2 + most_cipher_bytes + 1 + most_compression_bytes + 2 + TlsExtension::most_bytes;

/// The extensions of a ClientHello, and whether there is such a list; there is not where what is before it is
/// longer than a program follows, or the packet ends before it.
template <class Position>
struct TlsExtensions {
  OptionList<TlsExtension, Position> list;
  bool found;
};

template <class Found>
constexpr auto extensions_of(const Found& hello) {
  using Length = BigEndian<std::uint16_t>;
  auto position = packet::position_of<hello_reach>(hello).moved(sizeof(TlsClientHello));
  using List = OptionList<TlsExtension, decltype(position)>;
  const TlsExtensions<decltype(position)> none{List(position, 0), false};

  position = position.moved(forgotten16(hello->session_id_length) & 63);
  const auto ciphers = position.template parse<Length>();
  if (!ciphers || ciphers->value() > most_cipher_bytes) return none;
  position = position.moved((forgotten16(ciphers->value()) & most_cipher_bytes) + sizeof(Length));
  const auto compressions = position.template parse<std::uint8_t>();
  if (!compressions) return none;
  position = position.moved((forgotten16(*compressions) & most_compression_bytes) + 1);
  const auto length = position.template parse<Length>();
  if (!length || length->value() > TlsExtension::most_bytes) return none;
  return TlsExtensions<decltype(position)>{List(position.moved(sizeof(Length)), length->value()), true};
}

/// The characters of the name behind the start of a server's name extension.
template <std::size_t Bytes, class Found>
constexpr ReadOutcome read_name_behind(const Found& start, HostName<Bytes>& name) {
  const std::uint32_t length = start->name_length.value();
  if (start->name_type != 0 || length > Bytes - 2 || length + sizeof(TlsServerName) > start->start.size())
    return ReadOutcome::CouldNotTell;
  const auto behind = packet::position_of<sizeof(TlsServerName)>(start).moved(sizeof(TlsServerName));
  const auto window = behind.template window<Bytes>(name.characters);
  for (std::size_t i = 0; i < Bytes - 2; ++i) {
    if (i >= length) break;
    const packet::ByteThere byte = window[i];
    if (!byte.there || byte.value == 0) return ReadOutcome::CouldNotTell;
    name.characters[i] = packet::lower_case(byte.value);
  }
  packet::clear_behind<decltype(window)>(name.characters, length);
  return ReadOutcome::Found;
}

}  // namespace detail::protocol

/// The server's name that a ClientHello asks for (SNI), from its start, which was found and tested; nothing where this
/// is no ClientHello, or has no such extension. Could not be told where the name is not one of a host, or has more than
/// `Bytes` - 2 characters; where the packet ends before it does, as when a ClientHello takes more than one segment of
/// TCP; and where what is before the name is longer than a program follows.
template <std::size_t Bytes = 256, detail::packet::FoundHeader<TlsClientHello> Found>
constexpr FoundValue<HostName<Bytes>> read_server_name(const Found& hello) {
  return FoundValue<HostName<Bytes>>([&](HostName<Bytes>& name) {
    if (!hello->is_client_hello()) return ReadOutcome::None;
    const auto extensions = detail::protocol::extensions_of(hello);
    if (!extensions.found) return ReadOutcome::CouldNotTell;
    const auto start = extensions.list.template find<TlsServerName>();
    if (start.could_not_tell()) return ReadOutcome::CouldNotTell;
    return start ? detail::protocol::read_name_behind(start, name) : ReadOutcome::None;
  });
}

}  // namespace ebpfxx
