// The payload of real TCP is not linear: views do not see it until it is pulled, copies do.
#include <doctest/doctest.h>

#include <ebpfxx.hpp>
#include <string>

#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

constexpr std::uint16_t port = 8080;
using Word = BigEndian<std::uint32_t>;
constexpr std::uint32_t get = 0x47455420;  // "GET "
constexpr std::uint32_t put = 0x50555420;  // "PUT "
const std::string request = "GET /" + std::string(290, 'x') + "\r\n\r\n";

}  // namespace

struct Seen {
  std::uint64_t requests, linear, loaded, pulled, one_byte_short;
};
inline PerCpu<Seen> seen;

/// The packet's TCP header when the packet is for `port` and has a payload of at least 8 bytes.
constexpr auto tcp_with_payload(auto packet) {
  auto ip = packet.template parse<Ipv4>();
  using Found = decltype(ip.template next<Tcp>());
  if (!ip) return Found();
  auto tcp = ip.template next<Tcp>();
  if (!tcp || tcp->destination != port) return Found();
  const std::uint64_t headers = ip->header_length().value() + tcp->header_length().value();
  return packet.length() < headers + 8 ? Found() : tcp;
}

/// Where the payload of `tcp_with_payload` starts, read by copies.
constexpr std::uint32_t payload_offset(auto packet) {
  auto ip = packet.template load<Ipv4>(0);
  if (!ip) return 0;
  auto tcp = ip.template next<Tcp>();
  return tcp ? tcp.offset() + static_cast<std::uint32_t>(tcp->header_length().value()) : 0;
}

/// Counts requests, and by which ways their first word can be read.
inline constexpr Program<Lwt::Out> look = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto tcp = tcp_with_payload(packet);
  if (!tcp) return Ok;
  auto linear = tcp.bytes().skip(tcp->header_length()).template require<sizeof(Word)>();
  const bool in_view = linear && linear->template at<Word>() == get;
  const std::uint32_t offset = payload_offset(packet);
  auto loaded = packet.load<Word>(offset);
  const bool in_copy = loaded && *loaded == get;
  const bool too_far = !packet.load<Word>(packet.length() - 3) && packet.load<Word>(packet.length() - 4);

  if (!packet.pull<60>()) return Ok;  // IPv4, TCP with time stamps, eight bytes
  auto again = tcp_with_payload(packet);
  if (!again) return Ok;
  auto pulled = again.bytes().skip(again->header_length()).template require<sizeof(Word)>();
  const bool in_pulled = pulled && pulled->template at<Word>() == get;
  seen.update([&](Seen& count) {
    count.requests += 1;
    count.linear += in_view;
    count.loaded += in_copy;
    count.pulled += in_pulled;
    count.one_byte_short += too_far;
  });
  return Ok;
};

/// Makes PUT of GET, in the part of the packet that is not linear.
inline constexpr Program<Lwt::Xmit> put_instead = [](Lwt::Xmit::Packet packet) {
  using enum Lwt::Xmit::Verdict;
  if (!tcp_with_payload(packet)) return Ok;
  const std::uint32_t offset = payload_offset(packet);
  auto word = packet.load<Word>(offset);
  if (!word || *word != get) return Ok;
  if (packet.store(packet.length() - 3, Word(put))) return Drop;  // one byte too far: nothing changes
  return packet.store(offset, Word(put)) ? Ok : Drop;
};

/// Pulls more than there is: nothing, and the packet goes on as it was.
inline constexpr Program<Lwt::Out> pull_too_much = [](Lwt::Out::Packet packet) {
  const bool pulled = static_cast<bool>(packet.pull<4000>());
  seen.update([&](Seen& count) {
    count.requests += 1;
    count.pulled += pulled;
  });
  return pulled ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

/// Sends the request along a route with `program` and gives what arrives.
template <class Hook>
std::string sent_through(Object& object, const Program<Hook>& program) {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  const TcpListener listener(network.right, "10.0.0.3", port);
  object.load();
  Link link = network.left.run([&] { return object[program].attach(Route("10.0.0.3/32").device("veth0")); });
  const Socket sender = send_over_tcp(network.left, "10.0.0.3", port, request);
  return listener.receive(request.size());
}

TEST_CASE("the payload of TCP is read after a pull, and by a copy before it" * doctest::test_suite("Lwt::Out")) {
  auto object = Object::open(look);
  CHECK(sent_through(object, look) == request);
  const Seen total = object[seen].sum();
  CHECK(total.requests >= 1);
  CHECK(total.linear == 0);
  CHECK(total.loaded == total.requests);
  CHECK(total.pulled == total.requests);
  CHECK(total.one_byte_short == total.requests);
}

TEST_CASE("what is stored behind the linear part arrives" * doctest::test_suite("Lwt::Xmit")) {
  auto object = Object::open(put_instead);
  CHECK(sent_through(object, put_instead) == "PUT" + request.substr(3));
}

TEST_CASE("a pull of more than the packet has changes nothing" * doctest::test_suite("Lwt::Out")) {
  auto object = Object::open(pull_too_much);
  CHECK(sent_through(object, pull_too_much) == request);
  CHECK(object[seen].sum().requests >= 3);
  CHECK(object[seen].sum().pulled == 0);
}
