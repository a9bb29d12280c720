// The kinds of maps beside hashes and arrays, from both sides, on a real kernel.
#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <map>
#include <set>
#include <string>

#include "support/expect_error.hpp"
#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

using Site = Prefix<Ipv4Address>;
using Site6 = Prefix<Ipv6Address>;

}  // namespace

inline Map<std::uint32_t, Atomic<std::uint64_t>, LruHash<16>> recent;
inline Map<std::uint32_t, std::uint64_t, LruPerCpuHash<1024>> recent_per_cpu;
inline Map<Prefix<Ipv4Address>, std::uint32_t, LpmTrie<4>> sites;
inline Map<Prefix<Ipv6Address>, Atomic<std::uint32_t>, LpmTrie<8>> sites6;

inline constexpr Program<Lwt::Xmit> count_marks = [](Lwt::Xmit::Packet packet) {
  const auto add_one = [](auto& number) { number += 1; };
  const bool counted = recent.update(packet.mark(), add_one) && recent_per_cpu.update(packet.mark(), add_one);
  return counted ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

/// Takes the mark for an IPv4 address, and leaves the number of its site.
inline constexpr Program<Lwt::Xmit> find_site = [](Lwt::Xmit::Packet packet) {
  const Ipv4Address address(packet.mark());
  auto site = sites.find(address);
  packet.set_mark(site ? *site : 0);
  if (auto site6 = sites6.find(Ipv6Address(0xfd00'0000'0000'0000, packet.priority()))) *site6 += 1;
  return Lwt::Xmit::Verdict::Ok;
};

/// Takes the mark for an address and the priority for a length, puts the network in, takes it out for priorities above
/// 100, and leaves the error.
inline constexpr Program<Lwt::Xmit> change_site = [](Lwt::Xmit::Packet packet) {
  const Ipv4Address address(packet.mark());
  const std::uint32_t number = packet.priority();
  const Prefix<Ipv4Address> site(address, Bounded<0, 32>::clamped(number % 100));
  // One of the two is called, although in constant evaluation both come to nothing.
  packet.set_mark(static_cast<std::uint32_t>(number >= 100 ? sites.erase(site).error() : sites.set(site, 77).error()));
  return Lwt::Xmit::Verdict::Ok;
};

namespace {

__sk_buff context(std::uint32_t mark, std::uint32_t priority = 0) {
  __sk_buff fields{};
  fields.mark = mark;
  fields.priority = priority;
  return fields;
}

std::uint32_t site_of(const Object& object, Ipv4Address address) {
  return run_program(object[find_site].fd(), context(address.value())).mark;
}

std::uint32_t change(const Object& object, Ipv4Address address, std::uint32_t number) {
  return run_program(object[change_site].fd(), context(address.value(), number)).mark;
}

std::set<std::string> listed(const Object& object) {
  std::set<std::string> all;
  for (auto [site, number] : object[sites]) all.insert(to_text(site) + "=" + std::to_string(number));
  return all;
}

Object loaded() {
  auto object = Object::open(find_site, change_site);
  object.load();
  return object;
}

}  // namespace

TEST_CASE("an LRU hash takes every new key, and forgets old ones" * doctest::test_suite("LruHash, LruPerCpuHash")) {
  auto object = Object::open(count_marks);
  object.load();
  const auto ok = static_cast<std::uint32_t>(Lwt::Xmit::Verdict::Ok);
  for (std::uint32_t mark = 1; mark <= 100; ++mark) {
    std::uint32_t verdict = 99;
    run_program(object[count_marks].fd(), context(mark), &verdict);
    CHECK(verdict == ok);
  }
  std::map<std::uint32_t, std::uint64_t> left;
  for (auto [mark, count] : object[recent]) left[mark] = count;
  CHECK(left.size() <= 16);
  REQUIRE_FALSE(left.empty());
  CHECK(left.rbegin()->first == 100);
  CHECK(left.begin()->first > 50);
  CHECK_FALSE(object[recent].find(1));
  // In one with room enough everything is there, a value per CPU.
  std::uint64_t total = 0;
  for (auto [mark, counts] : object[recent_per_cpu]) total += counts.sum();
  CHECK(total == 100);
  CHECK(object[recent_per_cpu].find(1)->sum() == 1);
}

TEST_CASE("the application's inserts drive out other keys as well" * doctest::test_suite("LruHash")) {
  auto object = Object::open(count_marks);
  object.load();
  for (std::uint32_t key = 0; key < 100; ++key) CHECK(object[recent].insert(key, key));
  CHECK_FALSE(object[recent].insert(99, 1));
  CHECK(object[recent].replace(99, 1));
  CHECK(object[recent].erase(99));
}

TEST_CASE("a trie: a program finds the most specific network of an address" * doctest::test_suite("LpmTrie")) {
  auto object = loaded();
  auto map = object[sites];
  map.set("10.0.0.0/8", 1);
  map.set("10.1.0.0/16", 2);
  map.set("10.1.2.3", 3);
  CHECK(site_of(object, "10.1.2.3") == 3);
  CHECK(site_of(object, "10.1.2.2") == 2);
  CHECK(site_of(object, "10.1.255.255") == 2);
  CHECK(site_of(object, "10.2.0.0") == 1);
  CHECK(site_of(object, "9.255.255.255") == 0);
  map.set("0.0.0.0/0", 4);
  CHECK(site_of(object, "9.255.255.255") == 4);
  CHECK(map.find("10.1.0.0/15") == 1U);
  CHECK(map.find("10.1.2.3") == 3U);
  CHECK(listed(object) == std::set<std::string>{"0.0.0.0/0=4", "10.0.0.0/8=1", "10.1.0.0/16=2", "10.1.2.3/32=3"});
  CHECK(map.erase("10.1.2.3"));
  CHECK(site_of(object, "10.1.2.3") == 2);
  CHECK_FALSE(map.erase("10.1.2.3"));
}

TEST_CASE("a trie: no second entry by host bits, from either side" * doctest::test_suite("LpmTrie")) {
  auto object = loaded();
  object[sites].set("10.1.2.3/8", 1);
  CHECK(change(object, "10.9.9.9", 8) == 0);
  CHECK(listed(object) == std::set<std::string>{"10.0.0.0/8=77"});
  CHECK(change(object, "10.4.4.4", 107) == ENOENT);
  CHECK(change(object, "10.4.4.4", 108) == 0);
  CHECK(listed(object) == std::set<std::string>{});
}

TEST_CASE("a trie: full is ENOSPC" * doctest::test_suite("LpmTrie")) {
  auto object = loaded();
  for (const Site& site : {Site("10.0.0.0/8"), Site("11.0.0.0/8"), Site("12.0.0.0/8"), Site("13.0.0.0/8")})
    object[sites].set(site, 1);
  expect_error(ENOSPC, "cannot write to map sites: it is full (4 entries)",
               [&] { return object[sites].set("14.0.0.0/8", 1); });
  CHECK(change(object, "14.0.0.0", 8) == ENOSPC);
  CHECK(object[sites].erase("10.0.0.0/8"));
  CHECK(change(object, "14.0.0.0", 8) == 0);
  CHECK(object[sites].find("14.5.6.7") == 77U);
}

TEST_CASE("a trie of IPv6 networks, past the first half of the address" * doctest::test_suite("LpmTrie")) {
  auto object = loaded();
  object[sites6].set("fd00::/120", 10);
  object[sites6].set("fd00::7/128", 20);
  run_program(object[find_site].fd(), context(0, 7));
  run_program(object[find_site].fd(), context(0, 6));
  run_program(object[find_site].fd(), context(0, 255));
  run_program(object[find_site].fd(), context(0, 256));
  CHECK(object[sites6].find("fd00::7") == 21U);
  CHECK(object[sites6].find("fd00::/120") == 12U);
  CHECK_FALSE(object[sites6].find("fd00::100"));
}
