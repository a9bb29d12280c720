// DNS over TCP and TLS over real connections: the payload is not linear, and the names are read from it by copies.
#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/protocols.hpp>
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
    if (auto question = read_question(dns)) count_name(asked_for, question->name);
  } else {
    auto hello = tcp.payload<TlsClientHello>();
    if (!hello) return Ok;
    if (auto name = read_server_name(hello)) count_name(greeted, *name);
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
