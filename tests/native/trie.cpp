#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

using Site = Prefix<Ipv4Address>;

Map<Site, std::uint32_t, LpmTrie<4>> sites;
Map<Prefix<Ipv6Address>, std::uint32_t, LpmTrie<2>> sites6;

constexpr Program<Lwt::Xmit> mark_site = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  packet.set_mark(0);
  sites.with(ip->source, [&](std::uint32_t& site) { packet.set_mark(site); });
  return Lwt::Xmit::Verdict::Ok;
};

int last_error;
constexpr Program<Lwt::Xmit> set_network = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  last_error = sites.set(Site(ip->source, Bounded<0, 32>::clamped(packet.mark())), 9).error();
  return Lwt::Xmit::Verdict::Ok;
};
constexpr Program<Lwt::Xmit> erase_network = [](Lwt::Xmit::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Xmit::Verdict::Drop;
  last_error = sites.erase(Site(ip->source, Bounded<0, 32>::clamped(packet.mark()))).error();
  return Lwt::Xmit::Verdict::Ok;
};

constexpr Program<Lwt::Xmit> put_in_or_take_out = [](Lwt::Xmit::Packet packet) {
  const Site site(Ipv4Address(packet.mark()), Bounded<0, 32>::proven(32));
  const bool in = packet.priority() == 0;
  packet.set_mark(static_cast<std::uint32_t>(in ? sites.set(site, 7).error() : sites.erase(site).error()));
  return Lwt::Xmit::Verdict::Ok;
};

std::uint32_t site_of(Native& native, Ipv4Address source) {
  return native(mark_site)(ipv4({.source = source})).context.mark;
}

std::string listed(Native& native) {
  std::string all;
  for (auto [prefix, site] : native[sites]) all += to_text(prefix) + "=" + std::to_string(site) + " ";
  return all;
}

TEST_SUITE_BEGIN("LpmTrie");

TEST_CASE("of ?: one side is run, although both are constants in constant evaluation") {
  Native native;
  CHECK(native(put_in_or_take_out)(ipv4(), {.mark = 0x0a000001, .priority = 1}).context.mark == ENOENT);
  CHECK(listed(native) == "");
  CHECK(native(put_in_or_take_out)(ipv4(), {.mark = 0x0a000001}).context.mark == 0);
  CHECK(listed(native) == "10.0.0.1/32=7 ");
}

TEST_CASE("the longest prefix wins, to the last bit") {
  Native native;
  native[sites].set("10.0.0.0/8", 1);
  native[sites].set("10.1.0.0/16", 2);
  native[sites].set("10.1.2.3", 3);
  CHECK(site_of(native, "10.1.2.3") == 3);
  CHECK(site_of(native, "10.1.2.2") == 2);
  CHECK(site_of(native, "10.1.255.255") == 2);
  CHECK(site_of(native, "10.2.0.0") == 1);
  CHECK(site_of(native, "11.0.0.0") == 0);
  native[sites].set("0.0.0.0/0", 4);
  CHECK(site_of(native, "11.0.0.0") == 4);
  CHECK(native[sites].find("10.1.0.0/15") == 1U);
  CHECK(native[sites].find("10.1.0.0/16") == 2U);
  CHECK(listed(native) == "0.0.0.0/0=4 10.0.0.0/8=1 10.1.0.0/16=2 10.1.2.3/32=3 ");
}

TEST_CASE("host bits make no second entry") {
  Native native;
  native[sites].set("10.1.2.3/8", 1);
  native[sites].set("10.0.0.0/8", 2);
  CHECK(listed(native) == "10.0.0.0/8=2 ");
  CHECK(native[sites].erase("10.9.9.9/8"));
  CHECK(listed(native) == "");
}

TEST_CASE("a full trie is ENOSPC, and says so") {
  Native native;
  for (const Site& site : {Site("10.0.0.0/8"), Site("11.0.0.0/8"), Site("12.0.0.0/8"), Site("13.0.0.0/8")})
    native[sites].set(site, 1);
  CHECK_THROWS_WITH_AS(native[sites].set("14.0.0.0/8", 1), "cannot write to a native map: it is full (4 entries)",
                       Error);
  native(set_network)(ipv4({.source = "14.0.0.1"}), {.mark = 8});
  CHECK(last_error == ENOSPC);
  native(set_network)(ipv4({.source = "13.0.0.1"}), {.mark = 8});
  CHECK(last_error == 0);
  CHECK(native[sites].find("13.0.0.0/8") == 9U);
}

TEST_CASE("only the very prefix is erased") {
  Native native;
  native[sites].set("10.0.0.0/8", 1);
  native(erase_network)(ipv4({.source = "10.0.0.0"}), {.mark = 9});
  CHECK(last_error == ENOENT);
  CHECK_FALSE(native[sites].erase("10.0.0.0/7"));
  native(erase_network)(ipv4({.source = "10.0.0.1"}), {.mark = 8});
  CHECK(last_error == 0);
  CHECK(listed(native) == "");
}

TEST_CASE("IPv6 prefixes reach past the first half") {
  Native native;
  native[sites6].set("fd00::/64", 1);
  native[sites6].set("fd00::8000:0:0:0/65", 2);
  CHECK(native[sites6].find("fd00::7fff:0:0:1") == 1U);
  CHECK(native[sites6].find("fd00::8000:0:0:1") == 2U);
  CHECK_FALSE(native[sites6].find("fd00:0:0:1::1"));
}

TEST_CASE("a length that no address has, as only a raw key can say it") {
  Native native;
  static int set, erase;
  static bool found;
  constexpr Program<Lwt::Out> raw = [](Lwt::Out::Packet) {
    const native_interface::MapDescription map{&sites, BPF_MAP_TYPE_LPM_TRIE, 8, 4, 4};
    const std::array<std::uint32_t, 2> key{33, 10};
    const std::uint32_t value = 1;
    set = native_interface::execution().update(map, key.data(), &value, BPF_ANY);
    erase = native_interface::execution().erase(map, key.data());
    found = native_interface::execution().lookup(map, key.data()) != nullptr;
    return Lwt::Out::Verdict::Ok;
  };
  native(raw)(std::array<std::uint8_t, 0>{});
  CHECK(set == -EINVAL);
  CHECK(erase == -EINVAL);
  CHECK_FALSE(found);
}

}  // namespace

TEST_SUITE_END();
