// Tests that fail, one of each kind: what doctest prints of them is compared with what it should.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>

using namespace ebpfxx;

namespace {

constexpr Program<Lwt::Xmit> pass = [](Lwt::Xmit::Packet) { return Lwt::Xmit::Verdict::Ok; };
constexpr Program<Lwt::Out> drop = [](Lwt::Out::Packet) { return Lwt::Out::Verdict::Drop; };
constexpr Program<Cgroup::Connect4> allow = [](Cgroup::Connect4::Connection) {
  return Cgroup::Connect4::Verdict::Allow;
};
constexpr Program<SocketFilter> keep_all = [](SocketFilter::Packet) { return SocketFilter::Keep::All; };

}  // namespace

TEST_CASE("verdict") { CHECK(drop(ipv4()) == Lwt::Out::Verdict::Ok); }

TEST_CASE("outcome") {
  Native native;
  CHECK(native(drop)(ipv4() / payload("hello")) == Lwt::Out::Verdict::Ok);
}

TEST_CASE("packet") {
  Native native;
  const auto outcome = native(pass)(ipv4({.ttl = 64}) / tcp({.destination = 80}));
  CHECK(outcome == matches(ipv4({.ttl = 63}) / tcp({.destination = 8080})));
}

TEST_CASE("field") {
  const auto outcome = run(pass, ipv4({.source = "10.0.0.2"}) / tcp());
  CHECK(outcome.at<Ipv4>().protocol == IpProtocol::Udp);
  CHECK(outcome.at<Ipv4>().source == "10.0.0.3");
  CHECK(outcome.at<Ipv4>().source != "10.0.0");
  CHECK(outcome.at<Ipv4>().total_length == BigEndian<std::uint16_t>(41));
}

TEST_CASE("context") { CHECK(run(allow, {.destination = "10.0.0.3", .port = 80}) == Cgroup::Connect4::Verdict::Deny); }

TEST_CASE("keep") {
  Native native;
  CHECK(native(keep_all)(udp()) == SocketFilter::Keep{20});
}
