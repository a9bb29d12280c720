#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <sstream>
#include <string>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/map_text.hpp>

using namespace ebpfxx;

namespace {

struct Usage {
  Atomic<std::uint64_t> packets;
  Atomic<std::int32_t> balance;
  std::uint32_t last;
};
struct Bucket {
  std::uint64_t tokens, taken;
};

Map<std::uint32_t, Usage, Hash<2>> usage;
Map<std::uint32_t, Locked<Bucket>, Hash<2>> buckets;
Map<std::uint32_t, Locked<Bucket>, Array<2>> totals;
Map<std::uint32_t, Atomic<std::uint64_t>, Array<2>> counts;
std::uint32_t calls = 0;
constexpr std::array<std::uint8_t, 14> frame{};

constexpr Program<Xdp> count = [](Xdp::Packet packet) {
  const auto status = usage.update(packet.ingress_ifindex(), [&](Usage& sum) {
    calls += 1;
    sum.packets += 2;
    sum.balance -= 3;
    sum.last = packet.length();
  });
  counts.at<1>().update([](auto& number) { number.fetch_add(5); });
  return status ? Xdp::Verdict::Pass : Xdp::Verdict::Drop;
};

constexpr Program<Xdp> take = [](Xdp::Packet packet) {
  bool pass = false;
  const auto status = buckets.update(packet.ingress_ifindex(), Bucket{2, 0}, [&](Bucket& bucket) {
    pass = bucket.tokens > 0;
    if (!pass) return;
    bucket.tokens -= 1;
    bucket.taken += 1;
  });
  if (!status) return Xdp::Verdict::Aborted;
  totals.at<1>().update([&](Bucket& total) { (pass ? total.taken : total.tokens) += 1; });
  if (auto found = buckets.find(packet.ingress_ifindex()); found && found->value().taken == 2 && pass)
    return Xdp::Verdict::Tx;
  return pass ? Xdp::Verdict::Pass : Xdp::Verdict::Drop;
};

TEST_SUITE_BEGIN("Hash, Array");

TEST_CASE("atomic members count, and read as plain numbers") {
  Native native;
  CHECK(native(count)(frame, {.ingress_ifindex = 1}) == Xdp::Verdict::Pass);
  CHECK(native(count)(frame, {.ingress_ifindex = 1}) == Xdp::Verdict::Pass);
  CHECK(native[usage].find(1)->packets == 4);
  CHECK(native[usage].find(1)->balance == -6);
  CHECK(native[counts][1] == 10);
  CHECK(native[counts][0] == 0);
  CHECK(to_json(native[usage]) == R"([{"key": 1, "value": {"packets": 4, "balance": -6, "last": 14}}])");
  std::ostringstream table;
  print(native[counts], table);
  CHECK(table.str() == "key  value\n0    0\n1    10\n");
  native[counts].set(0, 7);
  CHECK(native[counts][0] + native[counts][1] == 17);
}

TEST_CASE("update calls its body once, and not at all when the map is full") {
  Native native;
  calls = 0;
  for (const std::uint32_t key : {1U, 2U, 2U})
    CHECK(native(count)(frame, {.ingress_ifindex = key}) == Xdp::Verdict::Pass);
  CHECK(calls == 3);
  CHECK(native(count)(frame, {.ingress_ifindex = 3}) == Xdp::Verdict::Drop);
  CHECK(calls == 3);
}

TEST_CASE("a locked value starts with its tokens and gives each once") {
  Native native;
  CHECK(native(take)(frame, {.ingress_ifindex = 1}) == Xdp::Verdict::Pass);
  CHECK(native(take)(frame, {.ingress_ifindex = 1}) == Xdp::Verdict::Tx);
  CHECK(native(take)(frame, {.ingress_ifindex = 1}) == Xdp::Verdict::Drop);
  CHECK(native[buckets].find(1)->taken == 2);
  CHECK(native[totals][1].taken == 2);
  CHECK(native[totals][1].tokens == 1);
  native[buckets].set(1, {1, 0});
  CHECK(native(take)(frame, {.ingress_ifindex = 1}) == Xdp::Verdict::Pass);
  CHECK(to_json(native[buckets]) == R"([{"key": 1, "value": {"tokens": 0, "taken": 1}}])");
  CHECK(native(take)(frame, {.ingress_ifindex = 2}) == Xdp::Verdict::Pass);
  CHECK(native(take)(frame, {.ingress_ifindex = 3}) == Xdp::Verdict::Aborted);
}

}  // namespace

TEST_SUITE_END();
