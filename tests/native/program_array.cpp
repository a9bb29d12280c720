#include <doctest/doctest.h>

#include <cerrno>
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;
using enum Xdp::Verdict;

namespace {

ProgramArray<Xdp, 4> stages;
PerCpu<std::uint64_t> rounds;

constexpr Program<Xdp> entry = [](Xdp::Packet packet) { return stages.jump(packet, packet.rx_queue_index(), Drop); };
constexpr Program<Xdp> again = [](Xdp::Packet packet) {
  rounds.update([](std::uint64_t& count) { count += 1; });
  return stages.jump(packet, 0, Aborted);
};
constexpr Program<Xdp> label = [](Xdp::Packet packet) {
  auto frame = packet.parse<Ethernet>();
  if (!frame) return Aborted;
  frame->ether_type = EtherType::Arp;
  return Tx;
};

const XdpContext queue(std::uint32_t index) { return {.rx_queue_index = index}; }

}  // namespace

TEST_SUITE_BEGIN("ProgramArray");

TEST_CASE("an empty entry, and one that is not there, give the other verdict") {
  Native native;
  CHECK(native(entry)(ethernet(), queue(0)) == Drop);
  CHECK(native(entry)(ethernet(), queue(4)) == Drop);
}

TEST_CASE("the program in the entry goes on with the packet, and its verdict counts") {
  Native native;
  native[stages].set(3, label);
  const auto outcome = native(entry)(ethernet(), queue(3));
  CHECK(outcome == Tx);
  CHECK(outcome.at<Ethernet>().ether_type == EtherType::Arp);
  CHECK(native(entry)(ethernet(), queue(2)) == Drop);
}

TEST_CASE("after 33 jumps the next one fails, and the next packet starts anew") {
  Native native;
  native[stages].set(0, again);
  for (std::uint64_t packets = 1; packets <= 2; ++packets) {
    CHECK(native(entry)(ethernet()) == Aborted);
    CHECK(native[rounds].sum() == packets * most_jumps);
  }
}

TEST_CASE("entries are filled, replaced and emptied") {
  Native native;
  const auto handle = native[stages];
  CHECK_FALSE(handle.contains(3));
  handle.set(3, label);
  handle.set(3, entry);
  CHECK(handle.contains(3));
  CHECK(handle.erase(3));
  CHECK_FALSE(handle.erase(3));
  CHECK_FALSE(handle.contains(4));
}

TEST_CASE("errors name the entry and what is wrong") {
  Native native;
  CHECK_THROWS_WITH_AS(native[stages].set(4, label),
                       "cannot set entry 4 of a native program array: the last one is entry 3", Error);
  CHECK_THROWS_WITH_AS(native[stages].erase(4),
                       "cannot empty entry 4 of a native program array: the last one is entry 3", Error);
  CHECK_THROWS_AS(native[stages].pin("/sys/fs/bpf/stages"), Error);
}

TEST_SUITE_END();
