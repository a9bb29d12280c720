#include "shared.hpp"

#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <ebpfxx/testing/pcap.hpp>

using namespace ebpfxx;

TEST_CASE("a program of a header runs as a function") {
  Native native;
  const auto outcome = native(consumer::shared::count_marks)(ipv4(), {.mark = 7});
  CHECK(outcome == Lwt::Xmit::Verdict::Ok);
  CHECK(outcome == matches(ipv4()));
  CHECK(native[consumer::shared::marks].find(7) == 1);
}

TEST_CASE("captures can be written and read") {
  write_pcap("consumer.pcap", {captured(ipv4())}, PcapLink::Ip);
  CHECK(read_pcap("consumer.pcap", PcapLink::Ip).size() == 1);
}
