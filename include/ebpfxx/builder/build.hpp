#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <ebpfxx/builder/build_surroundings.hpp>
#include <ebpfxx/packet/cursor.hpp>

/// Packets from headers, for tests and for the application:
///
///     ethernet() / ipv4({.destination = "10.0.0.3"}) / tcp({.destination = 8080}) / payload("hello")
///
/// `packet_bytes(stack)` gives the bytes. Fields that follow from the rest of the packet are filled in when they are
/// left at their default, that is when they have the value they have in a default header (`Ipv4{}`): what comes next,
/// lengths and checksums. A field with any other value is kept. For a header that is meant to be wrong in a way that
/// equals a default, as a checksum of 0, write `exactly(Udp{...})`.
namespace ebpfxx {

namespace detail::builder {

/// A header and its options in a stack.
template <PacketHeader Header, std::size_t OptionBytes>
struct HeaderLayer {
  static constexpr std::size_t size = sizeof(Header) + OptionBytes;
  using header_type = Header;

  Header header;
  std::array<std::uint8_t, OptionBytes> options;
  bool filled_in;
};

/// Bytes without a description in a stack.
template <std::size_t Bytes>
struct PayloadLayer {
  static constexpr std::size_t size = Bytes;
  struct header_type {};

  std::array<std::uint8_t, Bytes> bytes;
};

/// Layers, outermost first. A std::tuple of them costs every source that includes the headers a tenth of a second.
template <class... Layers>
struct LayerList {};
template <class Layer, class... Inner>
struct LayerList<Layer, Inner...> {
  Layer layer;
  LayerList<Inner...> inner{};
};

template <std::size_t I, class List>
constexpr auto& layer_at(List& list) {
  if constexpr (I == 0)
    return list.layer;
  else
    return layer_at<I - 1>(list.inner);
}

template <std::size_t I, class... Layers>
using LayerAt = std::remove_cvref_t<decltype(layer_at<I>(std::declval<LayerList<Layers...>&>()))>;

template <class... Inner>
constexpr LayerList<Inner...> joined_layers(const LayerList<>&, const LayerList<Inner...>& inner) {
  return inner;
}
template <class Layer, class... Others, class... Inner>
constexpr LayerList<Layer, Others..., Inner...> joined_layers(const LayerList<Layer, Others...>& outer,
                                                              const LayerList<Inner...>& inner) {
  return {outer.layer, joined_layers(outer.inner, inner)};
}

}  // namespace detail::builder

/// What is between the fixed part of a header and its payload; made by `options`.
template <std::size_t Bytes>
struct HeaderOptions {
  std::array<std::uint8_t, Bytes> bytes{};  ///< as in the packet, padding included
};

/// Headers and payload of a packet, outermost first.
template <class... Layers>
struct HeaderStack {
  /// The outermost first.
  detail::builder::LayerList<Layers...> layers;
};

template <class... Layers>
inline constexpr bool detail::packet::is_stack<HeaderStack<Layers...>> = true;

template <class... Outer, class... Inner>
constexpr HeaderStack<Outer..., Inner...> operator/(const HeaderStack<Outer...>& outer,
                                                    const HeaderStack<Inner...>& inner) {
  return {detail::builder::joined_layers(outer.layers, inner.layers)};
}

/// A header of any type as a stack; it fills in what its type can tell by a member `fill_in(const Surroundings&)`.
template <PacketHeader Header, std::size_t OptionBytes = 0>
constexpr HeaderStack<detail::builder::HeaderLayer<Header, OptionBytes>> layer(
    const Header& header, const HeaderOptions<OptionBytes>& options = {}) {
  return {{{header, options.bytes, true}}};
}

/// A header with exactly these bytes: nothing is filled in.
template <PacketHeader Header>
constexpr HeaderStack<detail::builder::HeaderLayer<Header, 0>> exactly(const Header& header) {
  return {{{header, {}, false}}};
}

/// Options behind a header, filled up with zeros to a multiple of 4 bytes, which IPv4 and TCP read as the end of the
/// list: `ipv4({}, options({0x94, 4, 0, 0}))`.
template <std::size_t N>
  requires(N <= 40)
constexpr HeaderOptions<(N + 3) / 4 * 4> options(const std::array<std::uint8_t, N>& bytes) {
  HeaderOptions<(N + 3) / 4 * 4> options;
  for (std::size_t i = 0; i < N; ++i) options.bytes[i] = bytes[i];
  return options;
}
template <std::size_t N>
  requires(N <= 40)
constexpr HeaderOptions<(N + 3) / 4 * 4> options(const std::uint8_t (&bytes)[N]) {
  return options(std::to_array(bytes));
}

namespace detail::builder {

/// The bytes of headers, one behind the other.
template <PacketHeader... Headers>
constexpr auto joined_bytes(const Headers&... headers) {
  std::array<std::uint8_t, (sizeof(Headers) + ... + 0)> bytes{};
  std::uint8_t* position = bytes.data();
  ((packet::write_header(position, headers), position += sizeof(Headers)), ...);
  return bytes;
}

}  // namespace detail::builder

/// The same of options that are described: `tcp({.flags = Tcp::Syn}, options(TcpMaximumSegmentSize{.bytes = 1460}))`.
template <PacketHeader... Options>
  requires(sizeof...(Options) > 0 && (sizeof(Options) + ... + 0) <= 40)
constexpr auto options(const Options&... described) {
  return options(detail::builder::joined_bytes(described...));
}

template <std::size_t N>
constexpr HeaderStack<detail::builder::PayloadLayer<N>> payload(const std::array<std::uint8_t, N>& bytes) {
  return {{{bytes}}};
}

/// The characters of a literal, without the zero behind them.
template <std::size_t N>
constexpr HeaderStack<detail::builder::PayloadLayer<N - 1>> payload(const char (&text)[N]) {
  std::array<std::uint8_t, N - 1> bytes{};
  for (std::size_t i = 0; i < N - 1; ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  return payload(bytes);
}

/// `Bytes` zeros.
template <std::size_t Bytes>
constexpr HeaderStack<detail::builder::PayloadLayer<Bytes>> payload() {
  return payload(std::array<std::uint8_t, Bytes>{});
}

namespace detail::builder {

/// Whether a header is between that of IPv6 and what it carries.
template <class Header>
inline constexpr bool is_extension_header = false;
template <class Header>
  requires HasNumbers<IpProtocol, Header>
inline constexpr bool is_extension_header<Header> = net::is_extension(numbers_of<IpProtocol, Header>.first);

/// Whether a header of a tunnel behind IP needs to know nothing of the packet but its type, in `protocol`.
template <class Header>
inline constexpr bool is_tunnel_header = false;

constexpr void announce(Surroundings& around, EtherType next) { around.next_ether_type = next; }
constexpr void announce(Surroundings& around, IpProtocol next) { around.next_ip_protocol = next; }

/// Writes a stack into `packet`, the innermost layer first, so that each one sees the final bytes behind it.
template <class... Layers>
class StackWriter {
 public:
  static constexpr std::size_t size = (Layers::size + ... + 0);

  constexpr StackWriter(const LayerList<Layers...>& layers, std::array<std::uint8_t, size>& packet)
      : layers_(layers), packet_(packet) {}

  template <std::size_t Layer = sizeof...(Layers)>
  constexpr void write() {
    if constexpr (Layer > 0) {
      write_layer<Layer - 1>(layer_at<Layer - 1>(layers_));
      write<Layer - 1>();
    }
  }

 private:
  template <std::size_t Layer>
  using HeaderOf = typename LayerAt<Layer, Layers...>::header_type;

  template <std::size_t Layer>
  static constexpr std::size_t offset() {
    return []<std::size_t... Before>(std::index_sequence<Before...>) {
      return (LayerAt<Before, Layers...>::size + ... + 0);
    }(std::make_index_sequence<Layer>());
  }

  template <std::size_t Layer, std::size_t Bytes>
  constexpr void write_layer(const PayloadLayer<Bytes>& layer) {
    put(offset<Layer>(), layer.bytes);
  }

  template <std::size_t Layer, class Header, std::size_t OptionBytes>
  constexpr void write_layer(const HeaderLayer<Header, OptionBytes>& layer) {
    Header header = layer.header;
    if constexpr (requires(Surroundings around) { header.fill_in(around); })
      if (layer.filled_in) header.fill_in(surroundings<Layer>(layer));
    packet::write_header(packet_.data() + offset<Layer>(), header);
    put(offset<Layer>() + sizeof(Header), layer.options);
  }

  template <std::size_t Layer, class Header, std::size_t OptionBytes>
  constexpr Surroundings surroundings(const HeaderLayer<Header, OptionBytes>& layer) const {
    Surroundings around;
    around.options = layer.options;
    around.payload = std::span<const std::uint8_t>(packet_).subspan(offset<Layer>() + layer.size);
    if constexpr (Layer + 1 < sizeof...(Layers)) {
      using Next = HeaderOf<Layer + 1>;
      around.next_is_announced = Announces<Header, Next>;
      if constexpr (requires { relation<Header, Next>.first; }) announce(around, relation<Header, Next>.first);
    }
    if constexpr (requires { Header::ip_protocol; })
      around.pseudo_header = pseudo_header<Layer>(Header::ip_protocol, sizeof(Header) + around.bytes_behind());
    return around;
  }

  /// The sum over the pseudo header of the IP header in front of layer `Layer`; extension headers may be between, of
  /// which a routing header may know another destination.
  template <std::size_t Layer, class Destination = std::nullopt_t>
  constexpr std::optional<InternetChecksum> pseudo_header(IpProtocol protocol, std::size_t length,
                                                          Destination destination = std::nullopt) const {
    if constexpr (Layer > 0) {
      using Previous = HeaderOf<Layer - 1>;
      const auto& previous = layer_at<Layer - 1>(layers_);
      if constexpr (requires { previous.header.pseudo_header(protocol, length); }) {
        auto header = previous.header;
        if constexpr (requires { header.destination = *destination; })
          if (destination) header.destination = *destination;
        return header.pseudo_header(protocol, length);
      } else if constexpr (requires { previous.header.final_destination(previous.options); }) {
        return pseudo_header<Layer - 1>(protocol, length, previous.header.final_destination(previous.options));
      } else if constexpr (is_extension_header<Previous>) {
        return pseudo_header<Layer - 1>(protocol, length, destination);
      }
    }
    return std::nullopt;
  }

  template <std::size_t Bytes>
  constexpr void put(std::size_t at, const std::array<std::uint8_t, Bytes>& bytes) {
    for (std::size_t i = 0; i < Bytes; ++i) packet_[at + i] = bytes[i];
  }

  const LayerList<Layers...>& layers_;
  std::array<std::uint8_t, size>& packet_;
};

}  // namespace detail::builder

/// The bytes of the packet that a stack stands for, everything filled in.
template <class... Layers>
constexpr auto packet_bytes(const HeaderStack<Layers...>& stack) {
  std::array<std::uint8_t, detail::builder::StackWriter<Layers...>::size> packet{};
  detail::builder::StackWriter<Layers...>(stack.layers, packet).write();
  return packet;
}

}  // namespace ebpfxx
