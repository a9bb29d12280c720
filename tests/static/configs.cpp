// Config and Global in constant evaluation: they are what the source says.
#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Verdict = Lwt::Out::Verdict;

namespace {

constexpr Config<std::uint16_t> port = 8080;
constexpr Program<Lwt::Out> to_port = [](Lwt::Out::Packet packet) {
  auto udp = packet.bytes().parse<Udp>();
  return udp && udp->destination == port ? Verdict::Drop : Verdict::Ok;
};
TEST_CASE("a Config is its default" * doctest::test_suite("Config")) {
  static_assert(port == 8080 && port.value() == 8080);
  static_assert(to_port(udp({.destination = 8080})) == Verdict::Drop);
  static_assert(to_port(udp({.destination = 8081})) == Verdict::Ok);
}

constexpr Global<std::uint32_t> limit = 100;
constexpr Program<Lwt::Out> up_to_limit = [](Lwt::Out::Packet packet) {
  return packet.mark() > limit ? Verdict::Drop : Verdict::Ok;
};
TEST_CASE("a Global is its initial value" * doctest::test_suite("Global")) {
  static_assert(limit == 100U && limit.initial() == 100);
  static_assert(run(up_to_limit, ipv4(), {.mark = 100}) == Verdict::Ok);
  static_assert(run(up_to_limit, ipv4(), {.mark = 101}) == Verdict::Drop);
}

}  // namespace
