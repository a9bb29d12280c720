// Jumps between programs: the verdict, the limit, the life of the entries.
#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <ebpfxx.hpp>
#include <string>
#include <thread>

#include "support/bpf_folder.hpp"
#include "support/expect_error.hpp"
#include "support/frames.hpp"
#include "support/run_program.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using enum Tc::Ingress::Verdict;

namespace jumps {

using Packet = Tc::Ingress::Packet;

inline ProgramArray<Tc::Ingress, 4> stages;
inline ProgramArray<Tc::Ingress, 1> last_stage;
inline PerCpu<std::uint64_t> rounds;

/// To the entry that the packet's mark says.
inline constexpr Program<Tc::Ingress> entry = [](Packet packet) { return stages.jump(packet, packet.mark(), Drop); };
inline constexpr Program<Tc::Ingress> again = [](Packet packet) {
  rounds.update([](std::uint64_t& count) { count += 1; });
  return stages.jump(packet, 0, Stolen);
};
inline constexpr Program<Tc::Ingress> leave_a_mark = [](Packet packet) {
  packet.set_mark(77);
  return Ok;
};
inline constexpr Program<Tc::Ingress> to_last = [](Packet packet) { return last_stage.jump(packet, 0, Stolen); };
inline constexpr Program<Tc::Ingress> drop = [](Packet) { return Drop; };
inline constexpr Program<Tc::Ingress> not_opened = [](Packet) { return Ok; };

/// A verdict by function, and bounds that the program behind the jump proves for itself.
constexpr TcVerdict dispatch(Packet packet, std::uint32_t stage) { return stages.jump(packet, stage, Ok); }
inline constexpr Program<Tc::Ingress> udp_only = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Ok;
  auto ip = ethernet.next<Ipv4>();
  if (!ip || ip->protocol != IpProtocol::Udp) return Ok;
  return dispatch(packet, 1);
};

Object loaded() {
  auto object = Object::open(entry, again, leave_a_mark, to_last, drop, udp_only);
  object.load();
  return object;
}

std::uint32_t verdict(const Object& object, std::uint32_t mark, __sk_buff* after = nullptr) {
  __sk_buff context{};
  context.mark = mark;
  std::uint32_t result = 0;
  context = run_program(object[entry].fd(), context, &result);
  if (after != nullptr) *after = context;
  return result;
}

constexpr std::uint32_t number(TcVerdict verdict) { return static_cast<std::uint32_t>(verdict); }

}  // namespace jumps

using namespace jumps;

TEST_SUITE_BEGIN("ProgramArray");

TEST_CASE("a jump goes on in the program of the entry, or gives the other verdict") {
  auto object = loaded();
  const auto entries = object[stages];
  CHECK(verdict(object, 3) == number(Drop));
  entries.set(3, leave_a_mark);
  CHECK(entries.contains(3));
  __sk_buff after{};
  CHECK(verdict(object, 3, &after) == number(Ok));
  CHECK(after.mark == 77);
  CHECK(verdict(object, 2) == number(Drop));
  CHECK(verdict(object, 4) == number(Drop));
  CHECK(entries.erase(3));
  CHECK_FALSE(entries.erase(3));
  CHECK_FALSE(entries.contains(3));
  CHECK(verdict(object, 3) == number(Drop));
}

TEST_CASE("after 33 jumps the next one fails") {
  auto object = loaded();
  object[stages].set(0, again);
  CHECK(verdict(object, 0) == number(Stolen));
  CHECK(object[rounds].sum() == most_jumps);
}

TEST_CASE("errors name the array, the entry, and what is wrong") {
  auto object = loaded();
  const auto entries = object[stages];
  CHECK_THROWS_WITH_AS(entries.set(4, drop),
                       "cannot set entry 4 of program array jumps__stages: the last one is entry 3", Error);
  CHECK_THROWS_WITH_AS(entries.erase(4), "cannot empty entry 4 of program array jumps__stages: the last one is entry 3",
                       Error);
  CHECK_THROWS_WITH_AS(entries.set(0, not_opened),
                       "cannot use program jumps__not_opened: it was not opened; name it in Object::open", Error);
  auto alone = Object::open(drop);
  alone.load();
  CHECK_THROWS_WITH_AS(alone[stages], "cannot use map jumps__stages: no program that was opened touches it", Error);
}

TEST_CASE("a link holds the arrays of its object: packets are dropped behind two jumps when the object is gone") {
  Network network;
  introduce(network, "10.0.0.2", "10.0.0.3");
  UdpReceiver receiver(network.right, "10.0.0.3", 8080);
  UdpSender sender(network.left, "10.0.0.2");
  Link link;
  {
    auto object = loaded();
    link = network.right.run([&] { return object[udp_only].attach(Interface("veth1")); });
    sender.send("10.0.0.3", 8080, 100, 1);
    CHECK(receiver.receive(1).size() == 1);
    object[stages].set(1, to_last);
    object[last_stage].set(0, drop);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the kernel empties arrays a little later
  sender.send("10.0.0.3", 8080, 100, 3);
  CHECK(receiver.receive(1).empty());
  link.detach();
  sender.send("10.0.0.3", 8080, 100, 1);
  CHECK(receiver.receive(1).size() == 1);
}

TEST_CASE("an array without a pin is in the way of a program that is to stay; with one it serves the next object") {
  const BpfFolder folder;
  Network network;
  {
    auto object = loaded();
    Link link = network.right.run([&] { return object[entry].attach(Interface("veth1")); });
    object[stages].pin(folder / "stages");
    expect_error(
        EBUSY,
        "cannot keep a program attached: program array jumps__last_stage is emptied when this process ends; pin "
        "the array first",
        [&] {
          link.keep();
          return 0;
        });
    object[last_stage].pin(folder / "last_stage");
    object[stages].set(3, leave_a_mark);
    CHECK_NOTHROW(link.keep());
  }
  auto object = Object::open(entry, again, leave_a_mark, to_last, drop, udp_only);
  CHECK(object.reuse(stages, folder / "stages"));
  CHECK(object.reuse(last_stage, folder / "last_stage"));
  object.load();
  CHECK(object[stages].contains(3));
  CHECK(verdict(object, 3) == number(Ok));
  Link link = network.right.run([&] { return object[entry].attach(Interface("veth1")); });
  CHECK_NOTHROW(link.keep());
}

TEST_SUITE_END();
