// Two sources of one object, in a real kernel: what a header declares is there once, for the programs of both.
#include <doctest/doctest.h>

#include "support/across_sources.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using namespace ebpfxx::test::across;

/// Adds ten where `in_header` adds one.
inline constexpr Program<Lwt::Xmit> in_first = [](Lwt::Xmit::Packet packet) {
  seen.update(packet.mark(), [](auto& count) { count += 10; });
  return Lwt::Xmit::Verdict::Ok;
};

TEST_CASE("programs of two sources and of their header share its map and its Global") {
  auto object = open_in_second_source(in_first);
  object.load();
  const auto verdict = [](int program, std::uint32_t mark) {
    __sk_buff context{};
    context.mark = mark;
    std::uint32_t result = 0;
    run_program(program, context, &result);
    return static_cast<Lwt::Xmit::Verdict>(result);
  };
  CHECK(verdict(fd_of_second(object), 7) == Lwt::Xmit::Verdict::Drop);
  CHECK(verdict(object[in_first].fd(), 7) == Lwt::Xmit::Verdict::Ok);
  CHECK(verdict(fd_of_second(object), 7) == Lwt::Xmit::Verdict::Drop);  // no Global yet
  CHECK(verdict(object[in_header].fd(), 7) == Lwt::Xmit::Verdict::Ok);
  CHECK(verdict(fd_of_second(object), 7) == Lwt::Xmit::Verdict::Ok);
  CHECK(object[seen].find(7) == 111);
  CHECK(object[last_mark].value() == 7);
}
