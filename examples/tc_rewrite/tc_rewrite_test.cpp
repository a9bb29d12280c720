// What tc_rewrite makes of requests and answers, with the checksums that belong to them.
#include <algorithm>
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <span>

#include "tc_rewrite.hpp"

using Verdict = Tc::Ingress::Verdict;

namespace {

constexpr auto to_port(std::uint16_t destination) {
  return ethernet() / ipv4({.source = "10.0.0.2", .destination = "10.0.0.3"}) /
         tcp({.source = 40000, .destination = destination, .sequence = 7}) / payload("hello");
}
constexpr auto from_port(std::uint16_t source) {
  return ethernet() / ipv4({.source = "10.0.0.3", .destination = "10.0.0.2"}) /
         tcp({.source = source, .destination = 40000, .sequence = 7}) / payload("hello");
}

/// Of either program.
template <class Packet>
void check_stays(Native& native, const Packet& packet) {
  CHECK(native(rewrite_requests)(packet) == matches(packet));
  CHECK(native(rewrite_answers)(packet) == matches(packet));
}

template <class Hook>
void check_stays(Native& native, const Program<Hook>& program, std::span<const std::uint8_t> cut) {
  const RunOutcome<Hook> outcome = native(program)(cut);
  CHECK(outcome.verdict == Verdict::Ok);
  CHECK(std::equal(cut.begin(), cut.end(), outcome.packet.begin(), outcome.packet.end()));
}

}  // namespace

TEST_CASE("a request goes to the server's port, an answer comes from the port that clients know") {
  Native native;
  const auto request = native(rewrite_requests)(to_port(80));
  CHECK(request == Verdict::Ok);
  CHECK(request == matches(to_port(8080)));
  const auto answer = native(rewrite_answers)(from_port(8080));
  CHECK(answer == Verdict::Ok);
  CHECK(answer == matches(from_port(80)));
  CHECK(native[requests].sum() == 1);
  CHECK(native[answers].sum() == 1);
}

TEST_CASE("everything else stays as it is, and is not counted") {
  Native native;
  CHECK(native(rewrite_requests)(to_port(79)) == matches(to_port(79)));
  CHECK(native(rewrite_requests)(to_port(8080)) == matches(to_port(8080)));
  CHECK(native(rewrite_requests)(from_port(80)) == matches(from_port(80)));
  CHECK(native(rewrite_answers)(from_port(80)) == matches(from_port(80)));
  CHECK(native(rewrite_answers)(to_port(8080)) == matches(to_port(8080)));
  const Tcp both{.source = 8080, .destination = 80};
  check_stays(native, ethernet() / ipv4() / udp({.source = 8080, .destination = 80}));
  check_stays(native, ethernet() / ipv6() / tcp(both));
  check_stays(native, exactly(Ethernet{.ether_type = EtherType::Ipv4}) / ipv6() / tcp(both));
  check_stays(native, ethernet() / ipv4({.flags_and_fragment_offset = 1}) / tcp(both));
  CHECK(native[requests].sum() + native[answers].sum() == 0);
}

TEST_CASE("the checksum is found behind options") {
  Native native;
  const auto with_options = [](std::uint16_t destination) {
    return ethernet() / ipv4({}, options({1, 1, 1, 1, 1})) / tcp({.destination = destination}, options({1}));
  };
  CHECK(native(rewrite_requests)(with_options(80)) == matches(with_options(8080)));
}

TEST_CASE("the headers have to be there") {
  Native native;
  const auto bytes = packet_bytes(to_port(80));
  const auto answer = packet_bytes(from_port(8080));
  for (const std::size_t size : {53, 34, 33, 14, 13, 0}) {
    check_stays(native, rewrite_requests, std::span(bytes).first(size));
    check_stays(native, rewrite_answers, std::span(answer).first(size));
  }
  CHECK(native(rewrite_requests)(std::span(bytes).first(54)).at<Tcp, 34>().destination.value() == 8080);
  // A payload that is not linear is no obstacle, headers that are not linear are.
  CHECK(native(rewrite_requests)(to_port(80), {.linear = 54}) == matches(to_port(8080)));
  CHECK(native(rewrite_requests)(to_port(80), {.linear = 53}) == matches(to_port(80)));
}

TEST_CASE("the application chooses the ports") {
  Native native;
  native[port] = 443;
  native[to] = 4433;
  CHECK(native(rewrite_requests)(to_port(80)) == matches(to_port(80)));
  CHECK(native(rewrite_requests)(to_port(443)) == matches(to_port(4433)));
  CHECK(native(rewrite_answers)(from_port(4433)) == matches(from_port(443)));
}

TEST_CASE("the checksum is right whatever it was") {
  Native native;
  const auto with_pointer = [](std::uint16_t destination, std::uint16_t pointer) {
    return ethernet() / ipv4() / tcp({.destination = destination, .urgent_pointer = pointer});
  };
  for (std::uint32_t number = 0; number < 0x10000; number += 0x101) {
    const auto pointer = static_cast<std::uint16_t>(number);
    CHECK(native(rewrite_requests)(with_pointer(80, pointer)) == matches(with_pointer(8080, pointer)));
  }
}
