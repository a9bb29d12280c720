// In which buckets lwt_len_hist counts packets.
#include <cstdint>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <vector>

#include "lwt_len_hist.hpp"

namespace {

/// The bucket that a packet of so many bytes is counted in; -1 where it is in none, or more than once.
int bucket_of(std::uint32_t bytes) {
  Native native;
  native(count_lengths)(std::vector<std::uint8_t>(bytes));
  int found = -1;
  std::uint64_t times = 0;
  for (auto [index, counts] : native[lengths]) {
    times += counts.sum();
    if (counts.sum() != 0) found = static_cast<int>(index);
  }
  return times == 1 ? found : -1;
}

}  // namespace

TEST_CASE("bucket n has 2^n to 2^(n+1) - 1 bytes") {
  CHECK(bucket_of(0) == 0);
  CHECK(bucket_of(1) == 0);
  CHECK(bucket_of(2) == 1);
  CHECK(bucket_of(3) == 1);
  CHECK(bucket_of(4) == 2);
  for (int n = 4; n < 17; ++n) {
    CHECK(bucket_of((1U << n) - 1) == n - 1);
    CHECK(bucket_of(1U << n) == n);
  }
}

TEST_CASE("all of a packet is counted, linear or not") {
  Native native;
  native(count_lengths)(ipv4() / tcp() / payload<24>(), {.linear = 20});
  CHECK(native[lengths][6].sum() == 1);
}

TEST_CASE("each CPU counts for itself") {
  Native native(2);
  native(count_lengths)(ipv4());
  native.cpu(1);
  native(count_lengths)(ipv4());
  native(count_lengths)(ipv4());
  CHECK(native[lengths][4][0] == 1);
  CHECK(native[lengths][4][1] == 2);
  CHECK(native[lengths][4].sum() == 3);
}

TEST_CASE("every packet passes as it is") {
  Native native;
  const auto outcome = native(count_lengths)(ipv4() / udp() / payload("hello"));
  CHECK(outcome == Lwt::Out::Verdict::Ok);
  CHECK(outcome == matches(ipv4() / udp() / payload("hello")));
}
