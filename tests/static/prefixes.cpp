// Networks as keys: their text, their host bits, and their bytes in memory.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

TEST_SUITE_BEGIN("LpmTrie");

using Four = Prefix<Ipv4Address>;
using Six = Prefix<Ipv6Address>;

// struct bpf_lpm_trie_key: the length as this machine has it, then the address as the wire has it.
TEST_CASE("a prefix is as the kernel has it") {
  static_assert(sizeof(Four) == 8 && sizeof(Six) == 20);
  static_assert(MapKey<Four> && MapKey<Six>);
  static_assert(std::bit_cast<std::array<std::uint8_t, 8>>(Four("10.1.0.0/16")) ==
                std::array<std::uint8_t, 8>{16, 0, 0, 0, 10, 1, 0, 0});
}

// Host bits are zeros, at every length.
TEST_CASE("host bits are zeros") {
  static_assert(Four("10.1.2.3/8") == "10.0.0.0/8");
  static_assert(Four("255.255.255.255/0").address() == "0.0.0.0" && Four("255.255.255.255/1").address() == "128.0.0.0");
  static_assert(Four("255.255.255.255/31").address() == "255.255.255.254");
  static_assert(Four("255.255.255.255/32").address() == "255.255.255.255");
  static_assert(Six("fd00:1:2:3:4:5:6:7/64") == "fd00:1:2:3::/64");
  static_assert(Six("ffff::ffff/0").address() == "::");
  static_assert(Six("fd00:1:2:3:ffff::/63").address() == "fd00:1:2:2::");
  static_assert(Six("fd00:1:2:3:ffff::/65").address() == "fd00:1:2:3:8000::");
  static_assert(Six("fd00::ffff/127").address() == "fd00::fffe" && Six("fd00::ffff/128").address() == "fd00::ffff");
}

// An address is the prefix of full length.
TEST_CASE("an address is a whole prefix") {
  static_assert(Four(Ipv4Address("10.0.0.3")) == "10.0.0.3/32" && Four("10.0.0.3").length() == 32);
  static_assert(Six("fd00::1").length() == 128);
  static_assert(Four().length() == 0 && Four() == "0.0.0.0/0");
}

TEST_CASE("text that is a prefix") {
  static_assert(Four::from_text("10.0.0.0/32") && !Four::from_text("10.0.0.0/33") && !Four::from_text("10.0.0.0/"));
  static_assert(Six::from_text("::/128") && !Six::from_text("::/129"));
  static_assert(!Four::from_text("10.0.0.0/-1") && !Four::from_text("10.0.0.0/08") && !Four::from_text("10.0.0.0/8 "));
  static_assert(!Four::from_text("/8") && !Four::from_text("fd00::/8") && !Four::from_text("10.0.0.0/8/8") &&
                !Four::from_text(""));
}

// Lengths that a program computes have bounds.
static_assert(Four("10.1.2.3", Bounded<0, 32>::clamped(24)) == "10.1.2.0/24");
static_assert(Four::of<24>("10.1.2.3") == "10.1.2.0/24" && Four::of<0>("10.1.2.3") == "0.0.0.0/0");
template <class Prefix, class Address, class Length>
concept MadeOf = requires(Address address, Length length) { Prefix(address, length); };
TEST_CASE("lengths have bounds") {
  static_assert(MadeOf<Four, Ipv4Address, Bounded<0, 32>> && !MadeOf<Four, Ipv4Address, Bounded<0, 33>>);
  static_assert(MadeOf<Six, Ipv6Address, Bounded<0, 128>> && !MadeOf<Six, Ipv6Address, Bounded<0, 129>>);
  static_assert(!MadeOf<Four, Ipv4Address, unsigned> && !MadeOf<Four, Ipv6Address, Bounded<0, 32>>);
}
template <class Prefix, std::uint32_t Length>
concept OfLength = requires { Prefix::template of<Length>({}); };
static_assert(OfLength<Four, 32> && !OfLength<Four, 33>);

TEST_CASE("what a prefix contains") {
  static_assert(Four("10.0.0.0/8").contains("10.255.0.1") && !Four("10.0.0.0/8").contains("11.0.0.0"));
  static_assert(Four("0.0.0.0/0").contains("255.0.0.1"));
  static_assert(Four("10.0.0.0/8") < Four("10.0.0.0/16") && Four("10.0.0.0/16") < Four("11.0.0.0/8"));
}

// A program looks addresses up as they are, and has no operation that a kernel would not do.
inline Map<Four, std::uint32_t, LpmTrie<4>> sites;
template <class Table, class Key>
concept Found = requires(const Table& map, const Key& key) { map.find(key); };
template <class Table>
concept Inserts = requires(const Table& map) { map.insert({}, {}); };
TEST_CASE("a trie's keys and operations") {
  static_assert(Found<decltype(sites), Ipv4Address> && Found<decltype(sites), Four>);
  static_assert(!Found<decltype(sites), std::uint32_t> && !Found<decltype(sites), Ipv6Address>);
  static_assert(!Inserts<decltype(sites)> && Inserts<Map<std::uint32_t, std::uint32_t, LruHash<4>>>);
}

inline constexpr Program<Lwt::Out> known = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  const bool set = static_cast<bool>(sites.set("10.0.0.0/8", 7));
  auto site = sites.find(ip->source);
  return site && set && *site == 7 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};
TEST_CASE("what a program set is not found") {
  static_assert(known(ipv4({.source = "10.0.0.2"})) == Lwt::Out::Verdict::Ok);
}

TEST_SUITE_END();

}  // namespace
