#include <doctest/doctest.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <array>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/object_file.hpp"

using ebpfxx::test::ObjectFile;

namespace {

constexpr std::size_t ethernet = 14;
constexpr int packets_each = 1000;

/// A frame whose IPv4 header is mostly what the filters look for, and otherwise off by a little: version, ihl,
/// protocol, fragment, addresses, ports, and a length that ends anywhere from the first byte on. A test run strips the
/// Ethernet header.
std::vector<std::uint8_t> random_frame(std::mt19937& random) {
  auto one_of = [&](auto... choices) {
    const std::array<unsigned, sizeof...(choices)> all{static_cast<unsigned>(choices)...};
    return static_cast<std::uint8_t>(all[random() % all.size()]);
  };
  std::vector<std::uint8_t> frame(ethernet + 100);
  for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>(random());
  frame[12] = 0x88;  // a type of which the kernel expects no length
  frame[13] = 0xb5;
  std::uint8_t* ip = frame.data() + ethernet;
  const unsigned ihl = one_of(5, 5, 5, 5, 6, 15, 4, 0);
  ip[0] = static_cast<std::uint8_t>(one_of(4, 4, 4, 4, 4, 6) << 4 | ihl);
  ip[6] = one_of(0, 0, 0, 0x40, 0x20, 0x10, 0x01);
  ip[7] = one_of(0, 0, 0, 0, 0, 1);
  ip[9] = one_of(6, 6, 6, 6, 6, 17);
  ip[12] = 10;
  ip[13] = ip[14] = 0;
  ip[15] = one_of(3, 3, 3, 4);
  std::uint8_t* tcp = ip + ihl * 4;
  tcp[2] = one_of(0x1f, 0x1f, 0x1f, 0x23);
  tcp[3] = one_of(0x90, 0x90, 0x90, 0x91);
  const std::size_t header_end = ihl * 4 + 20;
  const std::size_t edge = header_end - 1 + random() % 3;  // one byte short, just enough, one more
  frame.resize(ethernet + (random() % 2 == 0 ? edge : 1 + random() % 100));
  return frame;
}

/// A frame of which the Ethernet header counts too: mostly the type of IPv4, and at times shorter than its headers. Not
/// so short that a test run refuses it for its type.
std::vector<std::uint8_t> random_ethernet_frame(std::mt19937& random, std::uint16_t source, std::uint16_t destination) {
  std::vector<std::uint8_t> frame = random_frame(random);
  auto put = [&](std::size_t offset, std::uint16_t port) {
    if (offset + 1 >= frame.size()) return;
    frame[offset] = static_cast<std::uint8_t>(port >> 8);
    frame[offset + 1] = static_cast<std::uint8_t>(port);
  };
  const std::size_t tcp = ethernet + (frame.size() > ethernet ? (frame[ethernet] & 0xfu) * 4u : 20u);
  put(tcp, random() % 2 == 0 ? source : static_cast<std::uint16_t>(source + 1));
  put(tcp + 2, random() % 2 == 0 ? destination : static_cast<std::uint16_t>(destination + 1));
  if (frame.size() >= 34 && random() % 8 != 0) {
    frame[12] = 0x08;
    frame[13] = 0x00;
  }
  return frame;
}

/// The sums over all CPUs of the counters in a map of one entry.
template <std::size_t Counters>
std::array<std::uint64_t, Counters> counted(const ObjectFile& object, const std::string& map) {
  std::vector<std::array<std::uint64_t, Counters>> values(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  const std::uint32_t first = 0;
  REQUIRE(bpf_map_lookup_elem(object.map(map), &first, values.data()) == 0);
  std::array<std::uint64_t, Counters> sums{};
  for (const auto& of_cpu : values)
    for (std::size_t i = 0; i < Counters; ++i) sums[i] += of_cpu[i];
  return sums;
}

/// Packets and bytes, of the examples that drop.
std::array<std::uint64_t, 2> drops(const ObjectFile& object) { return counted<2>(object, "drops"); }

}  // namespace

TEST_CASE("lwt_drop and its twin in C give the same verdicts on random packets" *
          doctest::test_suite("Lwt::In, Lwt::Out")) {
  const ObjectFile ours(EBPFXX_EXAMPLES "/lwt_drop/lwt_drop.bpf.o");
  const ObjectFile twin(EBPFXX_TWINS "/lwt_drop.c.o");
  std::mt19937 random(20);
  for (const std::string program : {"drop_egress", "drop_ingress"}) {
    std::map<std::uint32_t, int> verdicts;
    for (int i = 0; i < packets_each; ++i) {
      const std::vector<std::uint8_t> frame = random_frame(random);
      const std::uint32_t verdict = ours.verdict(program, frame);
      CAPTURE(i);
      REQUIRE(verdict == twin.verdict(program, frame));
      ++verdicts[verdict];
    }
    CAPTURE(program);
    CHECK(verdicts[BPF_OK] > packets_each / 10);
    CHECK(verdicts[BPF_DROP] > packets_each / 20);
  }
  CHECK(drops(ours) == drops(twin));
  CHECK(drops(ours)[0] > 0);
}

TEST_CASE("xdp_drop and its twin in C give the same verdicts on random frames" * doctest::test_suite("Xdp")) {
  const ObjectFile ours(EBPFXX_EXAMPLES "/xdp_drop/xdp_drop.bpf.o");
  const ObjectFile twin(EBPFXX_TWINS "/xdp_drop.c.o");
  std::mt19937 random(21);
  std::map<std::uint32_t, int> verdicts;
  std::uint64_t dropped_bytes = 0;
  for (int i = 0; i < packets_each; ++i) {
    const std::vector<std::uint8_t> frame = random_ethernet_frame(random, 1024, 8080);
    const std::uint32_t verdict = ours.verdict("drop_tcp", frame);
    CAPTURE(i);
    REQUIRE(verdict == twin.verdict("drop_tcp", frame));
    ++verdicts[verdict];
    if (verdict == XDP_DROP) dropped_bytes += frame.size();
  }
  CHECK(verdicts[XDP_PASS] > packets_each / 10);
  CHECK(verdicts[XDP_DROP] > packets_each / 20);
  CHECK(drops(ours) == drops(twin));
  CHECK(drops(ours) == std::array{static_cast<std::uint64_t>(verdicts[XDP_DROP]), dropped_bytes});
}

TEST_CASE("tc_rewrite and its twin in C make the same of random frames" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  const ObjectFile ours(EBPFXX_EXAMPLES "/tc_rewrite/tc_rewrite.bpf.o");
  const ObjectFile twin(EBPFXX_TWINS "/tc_rewrite.c.o");
  std::mt19937 random(22);
  for (const auto& [program, counter] :
       {std::pair<std::string, std::string>{"rewrite_requests", "requests"}, {"rewrite_answers", "answers"}}) {
    int changed = 0, same = 0;
    for (int i = 0; i < packets_each; ++i) {
      const std::vector<std::uint8_t> frame = random_ethernet_frame(random, 8080, 80);
      const auto [verdict, bytes] = ours.outcome(program, frame);
      CAPTURE(program);
      CAPTURE(i);
      REQUIRE((std::pair(verdict, bytes) == twin.outcome(program, frame)));
      CHECK(verdict == TC_ACT_OK);
      ++(bytes == frame ? same : changed);
    }
    CAPTURE(program);
    CHECK(same > packets_each / 10);
    CHECK(changed > packets_each / 20);
    CHECK(counted<1>(ours, counter)[0] == static_cast<std::uint64_t>(changed));
    CHECK(counted<1>(ours, counter) == counted<1>(twin, counter));
  }
}

TEST_CASE("lwt_len_hist and its twin in C put every length into the same bucket" * doctest::test_suite("Lwt::Out")) {
  const ObjectFile ours(EBPFXX_EXAMPLES "/lwt_len_hist/lwt_len_hist.bpf.o");
  const ObjectFile twin(EBPFXX_TWINS "/lwt_len_hist.c.o");
  std::vector<std::uint8_t> frame(ethernet + 1100);
  frame[12] = 0x88;
  frame[13] = 0xb5;
  for (std::size_t length = 1; length <= 1100; ++length) {
    const std::span<const std::uint8_t> packet(frame.data(), ethernet + length);
    REQUIRE(ours.verdict("count_lengths", packet) == twin.verdict("count_lengths", packet));
  }
  const auto cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
  for (std::uint32_t bucket = 0; bucket < 32; ++bucket) {
    std::vector<std::uint64_t> counts(cpus), expected(cpus);
    REQUIRE(bpf_map_lookup_elem(ours.map("lengths"), &bucket, counts.data()) == 0);
    REQUIRE(bpf_map_lookup_elem(twin.map("lengths"), &bucket, expected.data()) == 0);
    const auto sum = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    CAPTURE(bucket);
    CHECK(sum == std::accumulate(expected.begin(), expected.end(), std::uint64_t{0}));
    CHECK(sum == (bucket < 10 ? std::uint64_t{1} << bucket : bucket == 10 ? 1100 - 1023 : 0));
  }
}
