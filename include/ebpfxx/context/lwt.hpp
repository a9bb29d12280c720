#pragma once

#include <linux/bpf.h>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/checksum/checksum.hpp>
#include <ebpfxx/checksum/checksum_parts.hpp>
#include <ebpfxx/context/resizable_packet.hpp>
#include <ebpfxx/detail/extremes.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/udp.hpp>

namespace ebpfxx {

namespace detail::context {

template <class Header>
concept IpHeader = std::same_as<Header, Ipv4> || std::same_as<Header, Ipv6>;

/// Headers of a tunnel.
template <class First, class... Others>
concept TunnelHeaders = IpHeader<First> && ((IpHeader<Others> || builder::is_tunnel_header<Others>) && ...);

/// What follows a header of a tunnel, and how much of it.
struct TunnelContent {
  EtherType ether_type;
  IpProtocol ip_protocol;
  std::size_t length;  ///< bytes
};

/// Fills in what the header's own `fill_in` would, which may throw, as nothing on the device may.
template <std::size_t OptionBytes>
constexpr void finish(builder::HeaderLayer<Ipv4, OptionBytes>& layer, const TunnelContent& content) {
  constexpr Ipv4 untouched;
  Ipv4& header = layer.header;
  if (header.version_and_ihl == untouched.version_and_ihl)
    header.version_and_ihl = static_cast<std::uint8_t>(untouched.version_and_ihl + OptionBytes / 4);
  if (header.protocol == untouched.protocol) header.protocol = content.ip_protocol;
  if (header.total_length == 0u)
    header.total_length = static_cast<std::uint16_t>(sizeof(Ipv4) + OptionBytes + content.length);
  if (header.checksum == 0u) {
    const std::uint64_t sum = checksum::sum_of<0>(packet::bytes_of(header)) + checksum::sum_of<0>(layer.options);
    header.checksum = std::bit_cast<BigEndian<std::uint16_t>>(static_cast<std::uint16_t>(~checksum::folded(sum)));
  }
}
template <std::size_t OptionBytes>
constexpr void finish(builder::HeaderLayer<Ipv6, OptionBytes>& layer, const TunnelContent& content) {
  constexpr Ipv6 untouched;
  Ipv6& header = layer.header;
  if (header.next_header == untouched.next_header) header.next_header = content.ip_protocol;
  if (header.payload_length == 0u) header.payload_length = static_cast<std::uint16_t>(OptionBytes + content.length);
}
template <class Header, std::size_t OptionBytes>
  requires builder::is_tunnel_header<Header>
constexpr void finish(builder::HeaderLayer<Header, OptionBytes>& layer, const TunnelContent& content) {
  if (layer.header.protocol == EtherType{}) layer.header.protocol = content.ether_type;
}

/// The bytes of a tunnel's headers in front of `content`, from the innermost one on.
template <class... Layers>
class TunnelWriter {
 public:
  static constexpr std::size_t size = (Layers::size + ... + 0);

  constexpr explicit TunnelWriter(const builder::LayerList<Layers...>& layers) : layers_(layers) {}

  template <std::size_t Count = sizeof...(Layers), std::size_t End = size>
  constexpr std::array<std::uint8_t, size> written(const TunnelContent& content) {
    if constexpr (Count > 0) {
      auto& layer = builder::layer_at<Count - 1>(layers_);
      using Layer = std::remove_reference_t<decltype(layer)>;
      using Header = typename Layer::header_type;
      constexpr std::size_t start = End - Layer::size;
      if (layer.filled_in) finish(layer, content);
      packet::write_header(bytes_.data() + start, layer.header);
      for (std::size_t i = 0; i < layer.options.size(); ++i) bytes_[start + sizeof(Header) + i] = layer.options[i];
      TunnelContent whole{content.ether_type, Header::ip_protocol, content.length + Layer::size};
      if constexpr (IpHeader<Header>) whole.ether_type = Header::ether_type;
      return written<Count - 1, start>(whole);
    } else {
      return bytes_;
    }
  }

 private:
  builder::LayerList<Layers...> layers_;
  std::array<std::uint8_t, size> bytes_{};
};

}  // namespace detail::context

/// The packet that a route hands to a program: that of ResizablePacket, from its IP header on. `Rights` says what
/// `Verdict` the hook knows besides.
template <class Rights>
class LwtPacket : public ResizablePacket<Rights> {
  using Base = ResizablePacket<Rights>;
  using Verdict = typename Rights::Verdict;

 public:
  using Base::Base;

  /// Puts the headers of a tunnel in front of the packet: `packet.push_encap(ipv4({.destination = far_end}) / gre())`.
  /// Lengths, the type of the packet inside and the IPv4 checksum are filled in. Return `Reroute` then, so that the
  /// packet goes where its new header says (bpf_lwt_push_encap, BPF_LWT_ENCAP_IP). Returns false when
  ///
  /// - the kernel has no memory, or the headers take more than 256 bytes: the packet does not change;
  /// - the packet has GSO segments, unless they are of TCP and the headers end with gre() or carry IPv6: the headers
  ///   stay.
  ///
  /// What was taken from the packet before is stale in every case.
  template <class First, std::size_t FirstOptions, class... Headers, std::size_t... Options>
    requires(detail::kernel::Offers<Rights, BpfHelper::lwt_push_encap> &&
             detail::context::TunnelHeaders<First, Headers...>)
  [[nodiscard]] constexpr bool push_encap(
      const HeaderStack<detail::builder::HeaderLayer<First, FirstOptions>,
                        detail::builder::HeaderLayer<Headers, Options>...>& headers) const {
    const auto bytes = finished(headers);
    if (on_device())
      return call_helper<BpfHelper::lwt_push_encap>(this->raw(), BPF_LWT_ENCAP_IP, bytes.data(), bytes.size()) == 0;
    return push(bytes, std::same_as<First, Ipv4>);
  }
  template <class Headers>
    requires(!detail::kernel::Offers<Rights, BpfHelper::lwt_push_encap>)
  constexpr bool push_encap(const Headers&) const
      EBPFXX_REFUSE("packet-write",
                    "puts headers in front of a packet that this hook only reads; use Lwt::In or Lwt::Xmit");
  template <class Headers>
    requires(detail::kernel::Offers<Rights, BpfHelper::lwt_push_encap>)
  constexpr bool push_encap(const Headers&) const
      EBPFXX_REFUSE("helper-hook",
                    "puts headers in front of the packet that are no tunnel; begin with ipv4() or ipv6(), and go on "
                    "with those or gre()");

  /// The verdict that sends the packet to another interface, by index, of the same network namespace, as if it had been
  /// sent there, or received there (bpf_redirect). An interface with link headers takes only what has one: put it there
  /// with `change_head`.
  [[nodiscard]] constexpr Verdict redirect(std::uint32_t ifindex, InterfaceSide side = InterfaceSide::Egress) const
    requires(detail::kernel::Offers<Rights, BpfHelper::redirect>)
  {
    if (on_device())
      return static_cast<Verdict>(call_helper<BpfHelper::redirect>(ifindex, detail::context::redirect_flags(side)));
    this->record_redirect(ifindex, side);
    return Verdict::Redirect;
  }
  constexpr Verdict redirect(std::uint32_t ifindex, InterfaceSide side = InterfaceSide::Egress) const
      EBPFXX_REFUSE("helper-hook", "sends the packet to another interface, which this hook cannot; use Lwt::Xmit");

 private:
  template <class... Layers>
  constexpr auto finished(const HeaderStack<Layers...>& headers) const {
    const EtherType type = this->protocol();
    return detail::context::TunnelWriter<Layers...>(headers.layers)
        .written({type, type == EtherType::Ipv6 ? IpProtocol::Ipv6 : IpProtocol::Ipv4, this->length()});
  }

  constexpr bool push(std::span<const std::uint8_t> bytes, bool is_ipv4) const {
    constexpr std::size_t most_headers = 256;  // LWT_BPF_MAX_HEADROOM in net/core/lwt_bpf.c
    SkbContext& context = this->context();
    context.memory.move(0);
    if (bytes.size() > most_headers || !this->grow_front(bytes.size())) return false;
    static_cast<void>(context.memory.write(0, bytes));
    if (is_ipv4) fill_in_checksum(bytes);
    context.protocol =
        detail::number::swap_to_network(static_cast<std::uint16_t>(is_ipv4 ? EtherType::Ipv4 : EtherType::Ipv6));
    context.hash = 0;
    context.encapsulated = true;
    if (context.gso_size == 0) return true;
    if (context.gso_type != GsoType::Tcp || !may_segment(bytes, is_ipv4)) return false;
    detail::context::shrink_segments(context, static_cast<std::ptrdiff_t>(bytes.size()));
    return true;
  }

  /// Whether the kernel knows how to cut packets behind these headers (handle_gso_encap in net/core/lwt_bpf.c). It
  /// knows IPv6 in IP, but IPv4 in IP only under the number 0.
  static constexpr bool may_segment(std::span<const std::uint8_t> headers, bool is_ipv4) {
    constexpr std::size_t gre_size = 4;  // of struct gre_base_hdr
    const std::size_t ip_size = is_ipv4 ? sizeof(Ipv4) : sizeof(Ipv6);
    switch (static_cast<IpProtocol>(headers[is_ipv4 ? offsetof(Ipv4, protocol) : offsetof(Ipv6, next_header)])) {
      case IpProtocol::Gre:
        return headers.size() >= ip_size + gre_size;
      case IpProtocol::Udp:
        return headers.size() >= ip_size + sizeof(Udp);
      case IpProtocol::HopByHop:  // 0
      case IpProtocol::Ipv6:
        return true;
      default:
        return false;
    }
  }

  /// As the kernel does, also for `exactly(Ipv4{...})`.
  constexpr void fill_in_checksum(std::span<const std::uint8_t> headers) const {
    std::uint8_t* const header = this->context().memory.data;
    if (header[offsetof(Ipv4, checksum)] != 0 || header[offsetof(Ipv4, checksum) + 1] != 0) return;
    const std::size_t size = detail::least<std::size_t>((header[0] & 0xfU) * 4U, headers.size());
    const std::uint16_t checksum = InternetChecksum().add(headers.first(size)).value();
    header[offsetof(Ipv4, checksum)] = static_cast<std::uint8_t>(checksum >> 8);
    header[offsetof(Ipv4, checksum) + 1] = static_cast<std::uint8_t>(checksum);
  }
};

}  // namespace ebpfxx
