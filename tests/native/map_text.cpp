#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/map_text.hpp>

using namespace ebpfxx;

namespace {

struct Flow {
  Ipv4Address source;
  BigEndian<std::uint16_t> port;
  IpProtocol protocol;
  std::uint8_t unused;
};
struct Ports {
  std::uint32_t low, high;
};
struct Usage {
  std::uint64_t packets;
  Ports ports;
  std::array<std::uint32_t, 2> sizes;
};

Map<Flow, Usage> flows;
Map<Prefix<Ipv6Address>, std::int64_t, LpmTrie<8>> networks;
Map<std::uint32_t, std::uint64_t, PerCpuHash<8>> per_cpu;
PerCpu<Ports> totals;

std::string table(const auto& handle) {
  std::ostringstream out;
  print(handle, out);
  return out.str();
}

TEST_CASE("fields by name, as a table and as JSON") {
  Native native;
  CHECK(table(native[flows]) ==
        "key.source  key.port  key.protocol  key.unused  value.packets  value.ports.low  value.ports.high  "
        "value.sizes\n");
  CHECK(to_json(native[flows]) == "[]");
  native[flows].set({"10.0.0.2", 8080, IpProtocol::Tcp, 0}, {3, {1, 2}, {4, 5}});
  native[flows].set({"10.0.0.30", 53, IpProtocol::Udp, 0}, {std::numeric_limits<std::uint64_t>::max(), {}, {}});
  CHECK(table(native[flows]) ==
        "key.source  key.port  key.protocol  key.unused  value.packets         value.ports.low  value.ports.high  "
        "value.sizes\n"
        "10.0.0.2    8080      6             0           3                     1                2                 "
        "[4, 5]\n"
        "10.0.0.30   53        17            0           18446744073709551615  0                0                 "
        "[0, 0]\n");
  native[flows].erase(Flow{"10.0.0.30", 53, IpProtocol::Udp, 0});
  CHECK(to_json(native[flows]) == R"([{"key": {"source": "10.0.0.2", "port": 8080, "protocol": 6, "unused": 0}, )"
                                  R"("value": {"packets": 3, "ports": {"low": 1, "high": 2}, "sizes": [4, 5]}}])");
}

TEST_CASE("keys and values that are no structs") {
  Native native;
  native[networks].set("fd00::/8", -7);
  native[networks].set("::/0", 1);
  CHECK(table(native[networks]) ==
        "key       value\n"
        "::/0      1\n"
        "fd00::/8  -7\n");
  CHECK(to_json(native[networks]) == R"([{"key": "::/0", "value": 1}, {"key": "fd00::/8", "value": -7}])");
}

TEST_CASE("a value for each CPU" * doctest::test_suite("PerCpu, PerCpuHash")) {
  Native native(2);
  native[per_cpu].set(5, PerCpuValues<std::uint64_t>({1, 2}));
  CHECK(table(native[per_cpu]) ==
        "key  value\n"
        "5    [1, 2]\n");
  CHECK(to_json(native[per_cpu]) == R"([{"key": 5, "value": [1, 2]}])");
  native[totals].set({3, 4});
  CHECK(table(native[totals]) ==
        "cpu  value.low  value.high\n"
        "0    3          4\n"
        "1    3          4\n");
  CHECK(to_json(native[totals]) == R"([{"low": 3, "high": 4}, {"low": 3, "high": 4}])");
}

TEST_CASE("text in JSON is quoted") { CHECK(detail::runtime::json_string("a\"b\\c\n") == R"("a\"b\\c\u000a")"); }

TEST_CASE("a layout's text is the same from every compiler") {
  CHECK(detail::backing::layout_text<Flow>() == "Flow{Ipv4Address:4 source, be16 port, enum8 protocol, u8 unused}");
  CHECK(detail::backing::layout_text<Usage>() == "Usage{u64 packets, Ports{u32 low, u32 high} ports, u32[2] sizes}");
  CHECK(detail::backing::layout_text<Prefix<Ipv6Address>>() == "Prefix:20");
  CHECK(detail::backing::layout_text<std::int16_t>() == "s16");
  CHECK(detail::backing::layout_text_of_records<Ports, std::uint8_t>() == "Ports{u32 low, u32 high}; u8");
}

}  // namespace
