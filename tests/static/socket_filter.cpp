// SocketFilter programs in constant evaluation: copies in the spelling of views, and verdicts that count bytes.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Keep = SocketFilter::Keep;

namespace {

TEST_SUITE_BEGIN("SocketFilter");

constexpr Program<SocketFilter> dns_only = [](SocketFilter::Packet packet) {
  auto udp = packet.parse<Udp>();
  if (!udp) return SocketFilter::Drop;
  return udp->source == 53 ? Keep::All : Keep{20};
};
TEST_CASE("a header is copied") {
  static_assert(dns_only(udp({.source = 53})) == Keep::All);
  static_assert(dns_only(udp({.source = 54})) == Keep{20});
  static_assert(dns_only(payload<7>()) == SocketFilter::Drop && dns_only(payload<8>()) == Keep{20});
}

// What a packet socket sees: next() copies too, with the checks of the headers.
constexpr Program<SocketFilter> to_port_80 = [](SocketFilter::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return SocketFilter::Drop;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return SocketFilter::Drop;
  auto tcp = ip.next<Tcp>();
  return tcp && tcp->destination == 80 ? Keep{tcp.offset()} : SocketFilter::Drop;
};
constexpr auto frame = ethernet() / ipv4() / tcp({.destination = 80});
TEST_CASE("next copies too") {
  static_assert(to_port_80(frame) == Keep{34});
  static_assert(to_port_80(ethernet() / ipv4({}, options({1, 1, 1, 1})) / tcp({.destination = 80})) == Keep{38});
  static_assert(to_port_80(ethernet() / ipv4() / tcp({.destination = 81})) == Keep::Drop);
  static_assert(to_port_80(ethernet() / ipv4({.flags_and_fragment_offset = 1}) / tcp({.destination = 80})) ==
                Keep::Drop);
  static_assert(run(to_port_80, frame, {.linear = 20}) == Keep{34});  // of which the rest is not linear
}

constexpr Program<SocketFilter> last_byte = [](SocketFilter::Packet packet) {
  auto byte = packet.load<std::array<std::uint8_t, 1>>(packet.length() - 1);
  return byte ? Keep{(*byte)[0]} : SocketFilter::Drop;
};
TEST_CASE("load reaches the last byte") {
  static_assert(last_byte(payload("\x01\x07")) == Keep{7});
  static_assert(run(last_byte, payload("\x01\x07"), {.len = 3}) == Keep::Drop);
}

// What the bytes start with depends on the socket, so the protocol is what the run says.
constexpr Program<SocketFilter> protocol = [](SocketFilter::Packet packet) {
  return packet.protocol() == EtherType::Ipv6 ? Keep::All : Keep::Drop;
};
TEST_CASE("the protocol is what the run says") {
  static_assert(protocol(payload("\x60")) == Keep::Drop);
  static_assert(run(protocol, payload<1>(),
                    {.protocol = detail::number::swap_to_network(static_cast<std::uint16_t>(EtherType::Ipv6))}) ==
                Keep::All);
}

TEST_CASE("verdicts count bytes") {
  static_assert(static_cast<int>(Keep::All) == -1 && Keep::All.bytes() == 0xffffffff && Keep{0} == SocketFilter::Drop);
  static_assert(Keep{1} != Keep::All && !std::is_convertible_v<std::uint32_t, Keep>);
}

TEST_SUITE_END();

}  // namespace
