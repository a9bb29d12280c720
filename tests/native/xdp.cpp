#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;
using Verdict = Xdp::Verdict;

namespace {

constexpr auto frame = ethernet() / ipv4() / udp({.destination = 53}) / payload("0123456789");
constexpr std::size_t size = packet_bytes(frame).size();

constexpr Config<std::int32_t> head = 0, tail = 0, metadata = 0;
PerCpu<std::uint64_t> bytes_seen;

struct [[gnu::packed]] Note {
  std::uint32_t number;
};

constexpr Program<Xdp> move = [](Xdp::Packet packet) {
  bytes_seen.update([&](std::uint64_t& bytes) { bytes += packet.length(); });
  if (metadata != 0 && !packet.adjust_metadata(metadata)) return Verdict::Aborted;
  if (auto note = packet.metadata().require<sizeof(Note)>()) note->write(Note{packet.ingress_ifindex()});
  if (head != 0 && !packet.adjust_head(head)) return Verdict::Drop;
  return tail != 0 && !packet.adjust_tail(tail) ? Verdict::Drop : Verdict::Pass;
};

constexpr Program<Xdp> forward = [](Xdp::Packet packet) { return packet.redirect(9); };

constexpr Program<Xdp::Fragments> store_far = [](Xdp::Fragments::Packet packet) {
  const Note note{7};
  return packet.store(packet.length() - 4, note) && packet.load<Note>(packet.length() - 4) &&
                 !packet.bytes().require<size>()
             ? Verdict::Pass
             : Verdict::Drop;
};

constexpr Program<Tc::Ingress> hand_on = [](Tc::Ingress::Packet packet) {
  auto note = packet.metadata().parse<Note>();
  return note && note->number == 3 ? Tc::Ingress::Verdict::Drop : Tc::Ingress::Verdict::Ok;
};

std::vector<std::uint8_t> bytes_of_frame() {
  const auto bytes = packet_bytes(frame);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("an Xdp program moves the edges of a frame, and the outcome has all of it" * doctest::test_suite("Xdp")) {
  struct Row {
    std::int32_t head, tail;
    Verdict verdict;
  };
  for (const Row& row : {Row{0, 0, Verdict::Pass},
                         {-216, 0, Verdict::Pass},
                         {-217, 0, Verdict::Drop},
                         {20, 0, Verdict::Pass},
                         {int{size} - 14, 0, Verdict::Pass},
                         {int{size} - 13, 0, Verdict::Drop},
                         {0, 128, Verdict::Pass},
                         {0, 129, Verdict::Drop},
                         {4, -4, Verdict::Pass},
                         {0, 14 - int{size}, Verdict::Pass},
                         {0, 13 - int{size}, Verdict::Drop}}) {
    CAPTURE(row.head);
    CAPTURE(row.tail);
    Native native;
    native[head] = row.head;
    native[tail] = row.tail;
    const auto outcome = native(move)(frame);
    CHECK(outcome == row.verdict);
    CHECK(native[bytes_seen].sum() == size);
    if (row.verdict == Verdict::Drop) continue;
    std::vector<std::uint8_t> expected = bytes_of_frame();
    if (row.head > 0) expected.erase(expected.begin(), expected.begin() + row.head);
    if (row.head < 0) expected.insert(expected.begin(), static_cast<std::size_t>(-row.head), 0);
    expected.resize(expected.size() + static_cast<std::size_t>(row.tail));
    CHECK(outcome.packet == expected);
  }
}

TEST_CASE("what Xdp writes before a frame, Tc::Ingress reads" * doctest::test_suite("Xdp, Tc::Ingress")) {
  Native native;
  native[metadata] = -8;
  native[head] = -3;
  const auto outcome = native(move)(frame, {.ingress_ifindex = 3});
  CHECK(outcome == Verdict::Pass);
  CHECK(outcome.metadata == std::vector<std::uint8_t>{3, 0, 0, 0, 0, 0, 0, 0});
  std::vector<std::uint8_t> bytes = outcome.metadata;
  bytes.insert(bytes.end(), outcome.packet.begin(), outcome.packet.end());
  const auto taken = native(hand_on)(bytes, {.metadata = 8});
  CHECK(taken == Tc::Ingress::Verdict::Drop);
  CHECK(taken.packet == outcome.packet);
  CHECK(taken.context.len == size + 3);
  CHECK(native(hand_on)(outcome.packet) == Tc::Ingress::Verdict::Ok);
  CHECK_THROWS_WITH_AS(native(hand_on)(std::span(bytes).first(7), {.metadata = 8}),
                       "cannot run a program on 7 bytes: the context's metadata says 8", Error);
}

TEST_CASE("a redirect says where, and fragments are reached by copies" * doctest::test_suite("Xdp, Xdp::Fragments")) {
  Native native;
  CHECK(native(forward)(frame) == Verdict::Redirect);
  CHECK(native(forward)(frame).context.redirected_ifindex == 9);
  const auto outcome = native(store_far)(frame, {.linear = size - 1});
  CHECK(outcome == Verdict::Pass);
  CHECK(outcome.packet[size - 4] == 7);
}
