// Values as text, in streams and formats, and back.
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <ebpfxx/language.hpp>
#include <ebpfxx/log/level.hpp>
#include <ebpfxx/text.hpp>
#include <ebpfxx/text/format.hpp>
#if __has_include(<fmt/format.h>)
#define FMT_HEADER_ONLY
#include <ebpfxx/protocols.hpp>
#include <ebpfxx/text/fmt.hpp>
#endif

namespace application {

// A type of the application's own, which says what it looks like.
struct Flow {
  ebpfxx::Ipv4Address source;
};
std::string to_text(const Flow& flow) { return "from " + to_text(flow.source); }

enum class Own { A, B };

}  // namespace application

namespace {

template <class Value>
std::string written(const Value& value) {
  std::ostringstream stream;
  stream << value;
  return stream.str();
}

/// Every way to write the value gives the text.
template <class Value>
bool is_written(const Value& value, const std::string& text) {
  CHECK(to_text(value) == text);
  CHECK(written(value) == text);
#if defined(FMT_HEADER_ONLY)
  CHECK(fmt::format("{}", value) == text);
  CHECK(fmt::format("{:>80}", value) == std::string(80 - text.size(), ' ') + text);
#endif
#if defined(__cpp_lib_format)
  CHECK(std::format("{}", value) == text);
  CHECK(std::format("{:>80}", value) == std::string(80 - text.size(), ' ') + text);
#endif
  return to_text(value) == text;
}

TEST_CASE("addresses, prefixes, numbers and names are written alike everywhere") {
  using namespace ebpfxx;
  CHECK(is_written(Ipv4Address("10.0.0.3"), "10.0.0.3"));
  CHECK(is_written(Ipv6Address("fd00::1"), "fd00::1"));
  CHECK(is_written(MacAddress("02:00:00:00:00:01"), "02:00:00:00:00:01"));
  CHECK(is_written(Prefix<Ipv4Address>("10.0.0.0/8"), "10.0.0.0/8"));
  CHECK(is_written(Prefix<Ipv6Address>("fd00::/16"), "fd00::/16"));
  CHECK(is_written(BigEndian<std::uint16_t>(8080), "8080"));
  CHECK(is_written(BigEndian<EtherType>(EtherType::Arp), "arp"));
  CHECK(is_written(BigEndian24(4096), "4096"));
  CHECK(is_written(Text<16>{"bash"}, "bash"));
  CHECK(is_written(HostName<>("www.example.org"), "www.example.org"));
#if defined(FMT_HEADER_ONLY)
  CHECK(fmt::format("{}", application::Flow{Ipv4Address("10.0.0.4")}) == "from 10.0.0.4");
#endif
}

TEST_CASE("verdicts and other enumerators are written by name, headers by their fields") {
  using namespace ebpfxx;
  CHECK(is_written(Xdp::Verdict::Drop, "Drop"));
  CHECK(is_written(Lwt::In::Verdict::Reroute, "Reroute"));
  CHECK(is_written(Cgroup::Connect4::Verdict::Deny, "Deny"));
  CHECK(is_written(static_cast<Xdp::Verdict>(77), "77"));
  CHECK(is_written(SocketFilter::Verdict(1), "1 byte"));
  CHECK(is_written(SocketFilter::Keep::All, "All"));
  CHECK(is_written(IpProtocol::Tcp, "tcp"));
  CHECK(is_written(AddressFamily::Ipv6, "Ipv6"));
  CHECK(is_written(Udp{.source = 53}, "udp: source 53, destination 0, length 0, checksum 0x0000"));
}

// An application's enumerations, and numbers, stay as they are.
static_assert(!ebpfxx::detail::HasText<application::Own> && !ebpfxx::detail::HasText<int>);
static_assert(!ebpfxx::detail::HasText<std::string> && !ebpfxx::detail::HasText<std::string_view>);

TEST_CASE("text is read back, to the last character that fits") {
  using namespace ebpfxx;
  using Port = BigEndian<std::uint16_t>;
  CHECK(Port::from_text("65535") == Port(65535));
  CHECK(Port::from_text("0") == Port(0));
  for (const char* text : {"65536", "655350", "", "-1", "+1", " 1", "1 ", "01", "1x", "4294967296"})
    CHECK_FALSE(Port::from_text(text));
  CHECK(BigEndian<std::uint64_t>::from_text("18446744073709551615")->value() == UINT64_MAX);
  CHECK_FALSE(BigEndian<std::uint64_t>::from_text("18446744073709551616"));

  CHECK(Ipv4Address::from_text("10.0.0.3") == Ipv4Address("10.0.0.3"));
  CHECK(Ipv6Address::from_text("fd00::1") == Ipv6Address("fd00::1"));
  CHECK(MacAddress::from_text("02:00:00:00:00:01") == MacAddress("02:00:00:00:00:01"));
  CHECK(Prefix<Ipv4Address>::from_text("10.0.0.0/8") == Prefix<Ipv4Address>("10.0.0.0/8"));

  CHECK(BigEndian24::from_text("16777215") == BigEndian24(16777215));
  for (const char* text : {"16777216", "4294967296", "", "01", "1x"}) CHECK_FALSE(BigEndian24::from_text(text));

  CHECK(Text<5>::from_text("bash") == Text<5>{"bash"});
  CHECK_FALSE(Text<5>::from_text("basht"));
  CHECK_FALSE(Text<5>::from_text(std::string_view("a\0b", 3)));
  CHECK(HostName<8>::from_text("AB.org") == HostName<8>("ab.org"));
  CHECK_FALSE(HostName<8>::from_text("abc.org"));
}

TEST_CASE("enumerators are read back by their names, and a protocol's other numbers as numbers") {
  using namespace ebpfxx;
  CHECK(from_text<Xdp::Verdict>("Drop") == Xdp::Verdict::Drop);
  CHECK(from_text<Lwt::In::Verdict>("Reroute") == Lwt::In::Verdict::Reroute);
  CHECK(from_text<AddressFamily>("Ipv6") == AddressFamily::Ipv6);
  for (const char* text : {"drop", "Dro", "Drops", "", "1", "77"}) CHECK_FALSE(from_text<Xdp::Verdict>(text));
  using Keep = SocketFilter::Keep;
  for (const Keep keep : {Keep::All, Keep::Drop, Keep(1), Keep(20), Keep(4294967294)})
    CHECK(from_text<Keep>(to_text(keep)) == keep);
  for (const char* text : {"all", "", "20", "1 bytes", "2 byte", " bytes", "0 bytes", "4294967296 bytes"})
    CHECK_FALSE(from_text<Keep>(text));

  CHECK(from_text<IpProtocol>("tcp") == IpProtocol::Tcp);
  CHECK(from_text<EtherType>("arp") == EtherType::Arp);
  CHECK(from_text<LogLevel>(to_text(LogLevel::Warning)) == LogLevel::Warning);
  CHECK(from_text<IpProtocol>("253") == IpProtocol{253});
  CHECK(from_text<EtherType>("65535") == EtherType{65535});
  for (const char* text : {"6", "256", "-1", "", "Tcp", "tcp "}) CHECK_FALSE(from_text<IpProtocol>(text));
}

}  // namespace
