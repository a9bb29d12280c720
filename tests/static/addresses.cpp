// Addresses from text and to text, as the C library has them, and as keys.
#include <arpa/inet.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/net/mac_address.hpp>

using namespace ebpfxx;

namespace {

static_assert(Ipv4Address("10.0.0.3").value() == 0x0a000003 && Ipv4Address("10.0.0.3") == Ipv4Address(0x0a000003));
static_assert(Ipv4Address().value() == 0 && Ipv4Address("255.255.255.255").value() == 0xffffffff);
static_assert(Ipv4Address("10.0.0.3") == "10.0.0.3" && Ipv4Address("10.0.0.3") != "10.0.0.4");
static_assert(Ipv4Address("9.255.255.255") < "10.0.0.0" && Ipv4Address("10.0.1.0") > "10.0.0.255");
static_assert(Ipv6Address("fd00::1").high() == 0xfd00000000000000 && Ipv6Address("fd00::1").low() == 1);
static_assert(Ipv6Address("fd00::1") != "fd00::2" && Ipv6Address("fd01::1") != "fd00::1");
static_assert(Ipv6Address("1::ffff") < "2::" && Ipv6Address("::1") < "::2");
static_assert(MacAddress("02:00:00:00:00:01").value() == 0x020000000001);
static_assert(MacAddress("02:00:00:00:00:01") != "02:00:00:00:00:02" && MacAddress("03:00:00:00:00:01").is_multicast());
static_assert(MacAddress("02:00:00:00:00:01") != "03:00:00:00:00:01" &&
              MacAddress("01:ff:ff:ff:ff:ff") < "02:00:00:00:00:00");

template <class Address, std::size_t Size>
concept Bytes = sizeof(Address) == Size && alignof(Address) == 1 && std::is_trivially_copyable_v<Address> &&
                std::has_unique_object_representations_v<Address>;
static_assert(Bytes<Ipv4Address, 4> && Bytes<Ipv6Address, 16> && Bytes<MacAddress, 6>);

// An address is no number, and no other kind of address.
static_assert(!std::is_convertible_v<std::uint32_t, Ipv4Address> && !std::is_constructible_v<Ipv6Address, Ipv4Address>);
static_assert(!std::is_constructible_v<Ipv4Address, const char*> && !std::is_convertible_v<Ipv4Address, std::uint32_t>);

}  // namespace

TEST_CASE("IPv4 addresses are read as inet_pton reads them") {
  for (const char* text :
       {"0.0.0.0",  "10.0.0.3", "255.255.255.255", "256.0.0.1", "1.2.3",      "1.2.3.4.5", "01.2.3.4",
        "1.2.3.04", "0.0.0.00", "1..2.3",          "1.2.3.",    ".1.2.3",     "",          " 1.2.3.4",
        "1.2.3.4 ", "1.2.3.4a", "0x1.2.3.4",       "-1.2.3.4",  "1.2.3.1000", "1,2,3,4",   "100.200.30.4"}) {
    CAPTURE(text);
    in_addr expected{};
    const bool valid = inet_pton(AF_INET, text, &expected) == 1;
    const auto address = Ipv4Address::from_text(text);
    REQUIRE(address.has_value() == valid);
    if (!valid) continue;
    CHECK(std::memcmp(address->bytes().data(), &expected, sizeof expected) == 0);
    CHECK(to_text(*address) == text);
  }
}

TEST_CASE("IPv6 addresses are read as inet_pton reads them and written as inet_ntop writes them") {
  for (const char* text :
       {"::", "::1", "1::", "fd00::1", "fe80::1:0:0:1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
        "1:0:0:2:0:0:0:3", "1:0:0:2:3:0:0:4", "0:0:0:0:0:0:0:0", "2001:DB8::A", "2001:db8:0:1:1:1:1:1",
        "::ffff:10.0.0.3", "64:ff9b::10.0.0.3", "1:2:3:4:5:6:7.8.9.10", "00ab::", "0:1::", "1::8", "ffff::",
        // not addresses
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
        ":1", "1:", "1::2:", "12345::", "g::", "::1 ", " ::1", "::10.0.0", "::10.0.0.3:1", "10.0.0.3",
        "1:2:3:4:5:6:7:8.9.10.11", "::1.2.3.4.5", "::256.0.0.1", "1:2:3:4:5:6:7:"}) {
    CAPTURE(text);
    in6_addr expected{};
    const bool valid = inet_pton(AF_INET6, text, &expected) == 1;
    const auto address = Ipv6Address::from_text(text);
    REQUIRE(address.has_value() == valid);
    if (!valid) continue;
    CHECK(std::memcmp(address->bytes().data(), &expected, sizeof expected) == 0);
    char written[INET6_ADDRSTRLEN];
    CHECK(to_text(*address) == inet_ntop(AF_INET6, &expected, written, sizeof written));
    CHECK(Ipv6Address::from_text(to_text(*address)) == address);
  }
}

TEST_CASE("MAC addresses are six bytes of two digits") {
  const auto address = MacAddress::from_text("02:00:5E:10:00:ff");
  REQUIRE(address);
  CHECK(to_text(*address) == "02:00:5e:10:00:ff");
  for (const char* text : {"", "02:00:5e:10:00", "02:00:5e:10:00:ff:01", "2:0:5e:10:0:ff", "02-00-5e-10-00-ff",
                           "02:00:5e:10:00:fg", "02:00:5e:10:00:ff ", "02005e1000ff"}) {
    CAPTURE(text);
    CHECK_FALSE(MacAddress::from_text(text));
  }
}

TEST_CASE("addresses sort as their text does") {
  const std::set<Ipv4Address> sorted{"10.0.0.10", "10.0.0.9", "9.0.0.200"};
  std::string order;
  for (const Ipv4Address& address : sorted) order += to_text(address) + " ";
  CHECK(order == "9.0.0.200 10.0.0.9 10.0.0.10 ");
}
