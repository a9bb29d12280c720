// DNS over TCP and TLS over real connections: the payload is not linear, and the names are read from it by copies.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <string>

#include "../corpus/captures.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

constexpr std::uint16_t tls_port = 443;

}  // namespace

struct Payloads {
  std::uint64_t all, not_linear;
};
inline PerCpu<Payloads> payloads;
inline Map<HostName<>, Atomic<std::uint64_t>, Hash<16>> asked_for, greeted;

constexpr void count_name(const auto& names, const HostName<>& name) {
  names.update(name, [](auto& count) { count += 1; });
}

/// Whether the first `Bytes` bytes of payload behind a TCP header are in the linear part.
template <std::size_t Bytes>
constexpr bool is_linear(auto packet) {
  auto ethernet = parse<Ethernet>(packet);
  if (!ethernet) return false;
  auto ip = next<Ipv4>(ethernet);
  if (!ip) return false;
  auto tcp = next<Tcp>(ip);
  return tcp && tcp.bytes().skip(tcp->header_length()).template require<Bytes>();
}

inline constexpr Program<Tc::Ingress> watch_names = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  auto ethernet = packet.load<Ethernet>(0);
  if (!ethernet) return Ok;
  auto ip = ethernet.next<Ipv4>();
  if (!ip) return Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp || packet.length() <= tcp.offset() + tcp->header_length().value()) return Ok;
  if (tcp->destination != Dns::port && tcp->destination != tls_port) return Ok;

  const bool linear = is_linear<20>(packet);
  payloads.update([&](Payloads& count) {
    count.all += 1;
    count.not_linear += !linear;
  });
  if (tcp->destination == Dns::port) {
    auto length = tcp.payload<DnsLength>();
    if (!length) return Ok;
    auto dns = length.next<Dns>();
    if (!dns) return Ok;
    auto question = read_question(dns);
    if (question.could_not_tell()) return Ok;
    if (question) count_name(asked_for, question->name);
  } else {
    auto hello = tcp.payload<TlsClientHello>();
    if (!hello) return Ok;
    auto name = read_server_name(hello);
    if (name.could_not_tell()) return Ok;
    if (name) count_name(greeted, *name);
  }
  return Ok;
};

namespace {

/// The TCP payloads of a capture's frames to a port.
std::vector<std::string> payloads_to(std::uint16_t port, const std::string& capture) {
  std::vector<std::string> texts;
  for (const ebpfxx_test::Frame& frame : ebpfxx_test::read_capture(EBPFXX_CORPUS "/" + capture + ".pcap")) {
    const std::size_t tcp = 14 + (frame[14] & 0xfU) * 4;
    const std::size_t payload = tcp + (frame[tcp + 12] >> 4) * 4;
    if ((frame[tcp + 2] << 8 | frame[tcp + 3]) == port && payload < frame.size())
      texts.emplace_back(frame.begin() + static_cast<std::ptrdiff_t>(payload), frame.end());
  }
  return texts;
}

template <class Names>
std::uint64_t times(const Names& names, const HostName<>& name) {
  return names.find(name).value_or(0);
}

/// Sends each payload over a connection of its own.
void send_all(const Network& network, std::uint16_t port, const std::vector<std::string>& texts) {
  const TcpListener listener(network.right, "10.0.0.3", port);
  for (const std::string& text : texts) {
    const Socket sender = send_over_tcp(network.left, "10.0.0.3", port, text);
    REQUIRE(listener.receive(text.size()) == text);
  }
}

}  // namespace

TEST_CASE("names in DNS over TCP and in TLS, over connections whose payload is not linear") {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  auto object = Object::open(watch_names);
  object.load();
  Link link = network.right.run([&] { return object[watch_names].attach(Interface("veth1")); });

  const auto queries = payloads_to(Dns::port, "dns_tcp"), hellos = payloads_to(tls_port, "tls");
  REQUIRE(queries.size() >= 20);
  REQUIRE(hellos.size() >= 20);
  send_all(network, Dns::port, queries);
  send_all(network, tls_port, hellos);

  const Payloads total = object[payloads].sum();
  CHECK(total.all >= queries.size() + hellos.size());
  CHECK(total.not_linear == total.all);
  CHECK(times(object[asked_for], "example.org") >= 2);
  CHECK(times(object[asked_for], "www.example.org") >= 2);
  CHECK(times(object[asked_for], "a.b.c.d.e.f.example.org") >= 2);
  CHECK(times(object[asked_for], "example.com") == 0);
  CHECK(times(object[greeted], "example.org") >= 2);
  CHECK(times(object[greeted], "mixed.case.example.org") >= 2);
  CHECK(times(object[greeted], "localhost") >= 2);
}

namespace {

/// What a program says of a packet: found, there is none, or it could not tell.
constexpr Xdp::Verdict answer_of(const auto& sought) {
  if (sought.could_not_tell()) return Xdp::Verdict::Drop;
  return sought ? Xdp::Verdict::Tx : Xdp::Verdict::Pass;
}

}  // namespace

inline Map<HostName<>, Atomic<std::uint64_t>, Hash<16>> long_names;

inline constexpr Program<Xdp> ask_by_view = [](Xdp::Packet packet) {
  auto dns = packet.parse<Ethernet>().next<Ipv4>().next<Udp>().payload<Dns>();
  if (!dns) return Xdp::Verdict::Aborted;
  auto question = read_question(dns);
  if (!question.could_not_tell() && question) count_name(long_names, question->name);
  return answer_of(question);
};
inline constexpr Program<Tc::Ingress> ask_by_copy = [](Tc::Ingress::Packet packet) {
  using enum Tc::Ingress::Verdict;
  auto dns = packet.load<Ethernet>(0).next<Ipv4>().next<Udp>().payload<Dns>();
  if (!dns) return Ok;
  auto question = read_question(dns);
  if (question.could_not_tell()) return Drop;
  if (!question) return Ok;
  count_name(long_names, question->name);
  return Stolen;
};
inline constexpr Program<Xdp> ask_for_example = [](Xdp::Packet packet) {
  auto dns = packet.parse<Ethernet>().next<Ipv4>().next<Udp>().payload<Dns>();
  if (!dns) return Xdp::Verdict::Aborted;
  auto question = read_question(dns);
  if (question.could_not_tell()) return Xdp::Verdict::Drop;
  return question && question->name == HostName<>("www.example.org") ? Xdp::Verdict::Tx : Xdp::Verdict::Pass;
};
inline constexpr Program<Xdp> find_scale = [](Xdp::Packet packet) {
  auto scale = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>().option<TcpWindowScale>();
  return answer_of(scale);
};
inline constexpr Program<Xdp> find_alert = [](Xdp::Packet packet) {
  auto alert = packet.parse<Ethernet>().next<Ipv4>().option<Ipv4RouterAlert>();
  return answer_of(alert);
};
inline constexpr Program<Xdp> look_for_scale = [](Xdp::Packet packet) {
  auto tcp = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>();
  if (!tcp) return Xdp::Verdict::Aborted;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) return Xdp::Verdict::Drop;
    if (option.kind() == TcpOptionKind::WindowScale) return Xdp::Verdict::Tx;
  }
  return Xdp::Verdict::Pass;
};
inline constexpr Program<Xdp> refuse_twice = [](Xdp::Packet packet) {
  auto tcp = packet.parse<Ethernet>().next<Ipv4>().next<Tcp>();
  if (!tcp) return Xdp::Verdict::Aborted;
  std::uint32_t sizes = 0, scales = 0, stamps = 0;
  for (const auto option : tcp.options()) {
    if (option.could_not_tell()) return Xdp::Verdict::Aborted;
    sizes += option.kind() == TcpOptionKind::MaximumSegmentSize;
    if (option.kind() == TcpOptionKind::WindowScale) ++scales;
    stamps += option.kind() == TcpOptionKind::Timestamps;
  }
  if (sizes > 1 || scales > 1 || stamps > 1) return Xdp::Verdict::Drop;
  return sizes == 1 && scales == 1 && stamps == 1 ? Xdp::Verdict::Tx : Xdp::Verdict::Pass;
};

namespace {

/// A query for a name of three labels of 63 characters, and one of `Last`.
template <std::size_t Last>
constexpr auto long_query = [] {
  std::array<std::uint8_t, 3 * 64 + 1 + Last + 1 + 4> bytes{};
  for (std::size_t i = 0; i < 3 * 64 + 1 + Last; ++i) bytes[i] = i % 64 == 0 ? (i < 3 * 64 ? 63 : Last) : 'x';
  return ethernet() / ipv4() / udp({.destination = Dns::port}) / dns({.questions = 1}) / payload(bytes);
}();

/// `Count` options of a byte, then a window scale, where `Scale`.
template <std::size_t Count, bool Scale>
constexpr auto short_options = [] {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < Count; ++i) bytes[i] = 1;
  if (Scale) bytes[Count] = 3, bytes[Count + 1] = 3, bytes[Count + 2] = 7;
  return ethernet() / ipv4() / tcp({}, options(bytes)) / payload<4>();
}();

/// What the program says of the packet, in the kernel and natively.
auto answer_to(Object& object, const auto& program, const auto& packet) {
  const auto there = in_kernel(object, program)(packet).verdict;
  Native here;
  CHECK(here(program)(packet).verdict == there);
  return there;
}

}  // namespace

TEST_CASE("names of up to 253 characters are read, and of a longer one it is said that it could not be") {
  using enum Xdp::Verdict;
  auto object = Object::open(ask_by_view, ask_by_copy);
  object.load();
  const auto without = ethernet() / ipv4() / udp({.destination = Dns::port}) / dns() / payload<4>();
  CHECK(answer_to(object, ask_by_view, long_query<61>) == Tx);
  CHECK(answer_to(object, ask_by_view, long_query<63>) == Drop);
  CHECK(answer_to(object, ask_by_view, without) == Pass);
  CHECK(answer_to(object, ask_by_copy, long_query<61>) == Tc::Ingress::Verdict::Stolen);
  CHECK(answer_to(object, ask_by_copy, long_query<63>) == Tc::Ingress::Verdict::Drop);
  CHECK(answer_to(object, ask_by_copy, without) == Tc::Ingress::Verdict::Ok);
  std::string name(253, 'x');
  name[63] = name[127] = name[191] = '.';
  CHECK(object[long_names].find(HostName<>::from_text(name).value()) == 2u);
}

TEST_CASE("a name is compared with a literal to its last character") {
  using enum Xdp::Verdict;
  auto object = Object::open(ask_for_example);
  object.load();
  const auto query = ethernet() / ipv4() / udp({.destination = Dns::port}) / dns({.questions = 1});
  CHECK(answer_to(object, ask_for_example, query / payload("\3WWW\7example\3org\0\0\1\0\1")) == Tx);
  CHECK(answer_to(object, ask_for_example, query / payload("\3www\7example\3orh\0\0\1\0\1")) == Pass);
  CHECK(answer_to(object, ask_for_example, query / payload("\3www\7example\3org\1x\0\0\1\0\1")) == Pass);
  CHECK(answer_to(object, ask_for_example, query / payload("\3vww\7example\3org\0\0\1\0\1")) == Pass);
}

TEST_CASE("12 options are read, and of a 13th it is said that it could not be") {
  using enum Xdp::Verdict;
  auto object = Object::open(find_scale, look_for_scale, find_alert);
  object.load();
  for (const auto* program : {&find_scale, &look_for_scale}) {
    CHECK(answer_to(object, *program, short_options<11, true>) == Tx);
    CHECK(answer_to(object, *program, short_options<12, false>) == Pass);
    CHECK(answer_to(object, *program, short_options<12, true>) == Drop);
    CHECK(answer_to(object, *program, short_options<13, false>) == Drop);
  }
  const auto alert_behind = [](std::uint8_t last) {
    return ethernet() / ipv4({}, options({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, last, 0x94, 4, 0, 0})) / payload<4>();
  };
  CHECK(answer_to(object, find_alert, alert_behind(0)) == Pass);
  CHECK(answer_to(object, find_alert, alert_behind(1)) == Drop);
}

TEST_CASE("options of three kinds are counted in one loop") {
  using enum Xdp::Verdict;
  auto object = Object::open(refuse_twice);
  object.load();
  const auto with = [](auto bytes) { return ethernet() / ipv4() / tcp({}, options(bytes)) / payload<4>(); };
  using Bytes = std::array<std::uint8_t, 24>;
  CHECK(answer_to(object, refuse_twice, with(Bytes{2, 4, 5, 180, 3, 3, 7, 8, 10})) == Tx);
  CHECK(answer_to(object, refuse_twice, with(Bytes{2, 4, 5, 180, 3, 3, 7, 9, 10})) == Pass);
  CHECK(answer_to(object, refuse_twice, with(Bytes{2, 4, 5, 180, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 7})) == Tx);
  CHECK(answer_to(object, refuse_twice, with(Bytes{2, 4, 5, 180, 3, 3, 7, 2, 4, 5, 180})) == Drop);
  CHECK(answer_to(object, refuse_twice, with(Bytes{3, 3, 7, 3, 3, 7})) == Drop);
  CHECK(answer_to(object, refuse_twice, with(Bytes{8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 8, 10})) == Drop);
  CHECK(answer_to(object, refuse_twice, with(Bytes{})) == Pass);
}
