// What maps take and refuse, with which errors: one body for the maps of a kernel and those of a native run, so that
// they cannot drift apart.
#include <doctest/doctest.h>
#include <linux/bpf.h>
#include <sched.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <system_error>
#include <type_traits>
#include <vector>

#include "support/run_program.hpp"

using namespace ebpfxx;

using Number = std::uint64_t;
/// As the kernel has it: struct bpf_lpm_trie_key. The language's own cannot be too long.
struct RawPrefix {
  std::uint32_t length;
  std::array<std::uint8_t, 4> bits;
};

inline Map<std::uint32_t, Number, Hash<2>> hash;
inline Map<std::uint32_t, Number, PerCpuHash<2>> per_cpu_hash;
inline Map<std::uint32_t, Number, LruHash<64>> recent;
inline Map<std::uint32_t, Number, Array<3>> array;
inline Map<std::uint32_t, Number, PerCpuArray<3>> per_cpu_array;
inline Map<Prefix<Ipv4Address>, Number, LpmTrie<2>> trie;

struct Record {
  std::array<std::uint64_t, 127> numbers;  // with the kernel's 8 bytes a quarter of the buffer
};
inline RingBuffer<4096, Record> ring;

// What a program is to do, and what came of it: an error as a negative number, or what a lookup found.
enum class Call : std::uint32_t { Lookup, Update, Erase };
inline constexpr Global<Call> call = Call::Lookup;
inline constexpr Global<Number> key = Number{0}, value = Number{0}, flags = Number{0};
inline constexpr Global<std::int64_t> result = std::int64_t{0};

/// The helpers on a map, which take what the language does not let a program ask for. An error is in the lower half of
/// what they give; the upper one is not defined (Linux 6.1 leaves zeros there).
template <auto& Variable, class Key>
std::int64_t call_helper_on(const Key& wanted) {
  using ebpfxx::BpfHelper;
  using Kind = typename std::remove_cvref_t<decltype(Variable)>::kind;
  const native_interface::MapDescription map{&Variable, Kind::type, sizeof(Key), sizeof(Number), Kind::max_entries};
  Number number = value;
  if (call == Call::Update) {
    if (!on_device()) return native_interface::execution().update(map, &wanted, &number, flags);
    return static_cast<int>(call_helper<BpfHelper::map_update_elem>(&Variable, &wanted, &number, flags));
  }
  if (call == Call::Erase) {
    if (!on_device()) return native_interface::execution().erase(map, &wanted);
    return static_cast<int>(call_helper<BpfHelper::map_delete_elem>(&Variable, &wanted));
  }
  const void* found = on_device() ? call_helper<BpfHelper::map_lookup_elem>(&Variable, &wanted)
                                  : native_interface::execution().lookup(map, &wanted);
  return found == nullptr ? -ENOENT : static_cast<std::int64_t>(*static_cast<const Number*>(found));
}

template <auto& Variable>
Lwt::Out::Verdict use_map() {
  result.set(call_helper_on<Variable>(static_cast<std::uint32_t>(key.value())));
  return Lwt::Out::Verdict::Ok;
}
inline constexpr Program<Lwt::Out> use_hash = [](Lwt::Out::Packet) { return use_map<hash>(); };
inline constexpr Program<Lwt::Out> use_per_cpu_hash = [](Lwt::Out::Packet) { return use_map<per_cpu_hash>(); };
inline constexpr Program<Lwt::Out> use_recent = [](Lwt::Out::Packet) { return use_map<recent>(); };
inline constexpr Program<Lwt::Out> use_array = [](Lwt::Out::Packet) { return use_map<array>(); };
inline constexpr Program<Lwt::Out> use_per_cpu_array = [](Lwt::Out::Packet) { return use_map<per_cpu_array>(); };
/// The key: the first byte of the address, and above it the length.
inline constexpr Program<Lwt::Out> use_trie = [](Lwt::Out::Packet) {
  Number both = key;
  const RawPrefix prefix{static_cast<std::uint32_t>(both >> 8), {static_cast<std::uint8_t>(both), 0, 0, 0}};
  result.set(call_helper_on<trie>(prefix));
  return Lwt::Out::Verdict::Ok;
};
inline constexpr Program<Lwt::Out> submit_record = [](Lwt::Out::Packet) {
  auto reserved = ring.reserve<Record>();
  result.set(reserved ? 0 : -1);
  if (reserved) reserved.submit();
  return Lwt::Out::Verdict::Ok;
};

namespace {

class InKernel {
 public:
  InKernel() { object_.load(); }

  template <class Variable>
  auto operator[](const Variable& variable) {
    return object_[variable];
  }
  void run(const Program<Lwt::Out>& program) { test::run_program(object_[program].fd(), {}); }

  /// The first and the last CPU that this test may run on.
  static std::array<std::uint32_t, 2> two_cpus() {
    cpu_set_t allowed;
    REQUIRE(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    std::vector<std::uint32_t> all;
    for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &allowed)) all.push_back(cpu);
    return {all.front(), all.back()};
  }
  static void run_on(std::uint32_t cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
  }

 private:
  Object object_ =
      Object::open(use_hash, use_per_cpu_hash, use_recent, use_array, use_per_cpu_array, use_trie, submit_record);
};

class Natively {
 public:
  template <class Variable>
  auto operator[](const Variable& variable) {
    return native_[variable];
  }
  void run(const Program<Lwt::Out>& program) { native_(program)(std::array<std::uint8_t, 0>{}); }

  static std::array<std::uint32_t, 2> two_cpus() { return {0, 3}; }
  void run_on(std::uint32_t cpu) { native_.cpu(cpu); }

 private:
  Native native_;
};

/// What a helper gives a program.
template <class Place>
std::int64_t outcome(Place& place, const Program<Lwt::Out>& program, Call wanted, Number with_key,
                     Number with_value = 0, Number with_flags = BPF_ANY) {
  place[call] = wanted;
  place[key] = with_key;
  place[value] = with_value;
  place[flags] = with_flags;
  place[result] = std::int64_t{-4095};
  place.run(program);
  return place[result].value();
}

/// The errno of what `body` throws; 0 without.
template <class Body>
int error_of(Body body) {
  try {
    body();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

constexpr Number prefix(Number length, Number first_byte) { return length << 8 | first_byte; }

}  // namespace

TEST_CASE_TEMPLATE("a hash, with room and full" * doctest::test_suite("Hash, PerCpuHash"), Place, InKernel, Natively) {
  Place place;
  for (const Program<Lwt::Out>* use : {&use_hash, &use_per_cpu_hash}) {
    CHECK(outcome(place, *use, Call::Lookup, 1) == -ENOENT);
    CHECK(outcome(place, *use, Call::Erase, 1) == -ENOENT);
    CHECK(outcome(place, *use, Call::Update, 1, 10, BPF_EXIST) == -ENOENT);
    CHECK(outcome(place, *use, Call::Update, 1, 10, 3) == -EINVAL);
    CHECK(outcome(place, *use, Call::Update, 1, 10, BPF_NOEXIST) == 0);
    CHECK(outcome(place, *use, Call::Update, 1, 11, BPF_NOEXIST) == -EEXIST);
    CHECK(outcome(place, *use, Call::Lookup, 1) == 10);
    CHECK(outcome(place, *use, Call::Update, 1, 12, BPF_EXIST) == 0);
    CHECK(outcome(place, *use, Call::Lookup, 1) == 12);
    CHECK(outcome(place, *use, Call::Update, 2, 20) == 0);
    CHECK(outcome(place, *use, Call::Update, 3, 30) == -E2BIG);
    CHECK(outcome(place, *use, Call::Update, 3, 30, BPF_NOEXIST) == -E2BIG);
    CHECK(outcome(place, *use, Call::Update, 3, 30, BPF_EXIST) == -ENOENT);
    CHECK(outcome(place, *use, Call::Update, 2, 21) == 0);
    CHECK(outcome(place, *use, Call::Erase, 1) == 0);
    CHECK(outcome(place, *use, Call::Update, 3, 31) == 0);
    CHECK(outcome(place, *use, Call::Lookup, 3) == 31);
    CHECK(outcome(place, *use, Call::Lookup, 1) == -ENOENT);
  }
  // From the application's side, of the full map.
  auto handle = place[hash];
  CHECK(error_of([&] { handle.set(4, 1); }) == E2BIG);
  CHECK(error_of([&] { handle.insert(4, 1); }) == E2BIG);
  CHECK_FALSE(handle.insert(2, 1));
  CHECK_FALSE(handle.replace(4, 1));
  CHECK_FALSE(handle.erase(4));
  CHECK(handle.replace(2, 22));
  CHECK(handle.find(2) == Number{22});
  CHECK_FALSE(handle.find(4));
}

TEST_CASE_TEMPLATE("an array" * doctest::test_suite("Array, PerCpuArray"), Place, InKernel, Natively) {
  Place place;
  for (const Program<Lwt::Out>* use : {&use_array, &use_per_cpu_array}) {
    CHECK(outcome(place, *use, Call::Lookup, 2) == 0);
    CHECK(outcome(place, *use, Call::Lookup, 3) == -ENOENT);
    CHECK(outcome(place, *use, Call::Update, 2, 20) == 0);
    CHECK(outcome(place, *use, Call::Update, 2, 21, BPF_EXIST) == 0);
    CHECK(outcome(place, *use, Call::Update, 2, 22, BPF_NOEXIST) == -EEXIST);
    CHECK(outcome(place, *use, Call::Lookup, 2) == 21);
    CHECK(outcome(place, *use, Call::Update, 3, 30) == -E2BIG);
    CHECK(outcome(place, *use, Call::Update, 3, 30, BPF_NOEXIST) == -E2BIG);
    CHECK(outcome(place, *use, Call::Update, 3, 30, 3) == -EINVAL);
    CHECK(outcome(place, *use, Call::Update, 3, 30, BPF_F_LOCK) == -E2BIG);
    CHECK(outcome(place, *use, Call::Update, 2, 22, BPF_F_LOCK | BPF_NOEXIST) == -EEXIST);
    CHECK(outcome(place, *use, Call::Update, 2, 22, BPF_F_LOCK) == -EINVAL);
    CHECK(outcome(place, *use, Call::Erase, 2) == -EINVAL);
    CHECK(outcome(place, *use, Call::Erase, 3) == -EINVAL);
    CHECK(outcome(place, *use, Call::Lookup, 2) == 21);
  }
  CHECK(error_of([&] { place[array].set(3, 1); }) == E2BIG);
  CHECK(error_of([&] { place[array][3]; }) == ERANGE);
  CHECK_FALSE(place[array].find(3));
}

TEST_CASE_TEMPLATE("a trie, with room and full" * doctest::test_suite("LpmTrie"), Place, InKernel, Natively) {
  Place place;
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(32, 10)) == -ENOENT);
  CHECK(outcome(place, use_trie, Call::Erase, prefix(8, 10)) == -ENOENT);
  CHECK(outcome(place, use_trie, Call::Update, prefix(33, 10), 1) == -EINVAL);
  CHECK(outcome(place, use_trie, Call::Erase, prefix(33, 10)) == -EINVAL);
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(33, 10)) == -ENOENT);
  CHECK(outcome(place, use_trie, Call::Update, prefix(32, 10), 1, 3) == -EINVAL);
  CHECK(outcome(place, use_trie, Call::Update, prefix(7, 11), 7) == 0);
  CHECK(outcome(place, use_trie, Call::Update, prefix(7, 10), 7) == 0);
  for (const auto& [key, value] : place[trie])
    CHECK(key.address() == Ipv4Address("10.0.0.0"));  // as it was last put in
  CHECK(outcome(place, use_trie, Call::Update, prefix(32, 10), 32) == 0);
  CHECK(outcome(place, use_trie, Call::Update, prefix(8, 11), 1) == -ENOSPC);
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(32, 10)) == 32);
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(32, 11)) == 7);  // 10 and 11 have 7 bits in common
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(32, 12)) == -ENOENT);
  CHECK(error_of([&] { place[trie].set("12.0.0.0/8", 1); }) == ENOSPC);
  CHECK(outcome(place, use_trie, Call::Erase, prefix(8, 10)) == -ENOENT);
  CHECK(outcome(place, use_trie, Call::Erase, prefix(32, 10)) == 0);
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(32, 10)) == 7);
  CHECK(outcome(place, use_trie, Call::Update, prefix(8, 11), 8) == 0);
  CHECK(outcome(place, use_trie, Call::Lookup, prefix(32, 11)) == 8);
}

// What the two have in common. The kernel drives keys out early, even the one that is being updated: it takes a free
// entry before it looks for the key (htab_lru_map_update_elem in kernel/bpf/hashtab.c).
TEST_CASE_TEMPLATE("an LRU hash takes every key, and never holds more than it may" * doctest::test_suite("LruHash"),
                   Place, InKernel, Natively) {
  Place place;
  CHECK(outcome(place, use_recent, Call::Update, 7, 1, BPF_EXIST) == -ENOENT);
  CHECK(outcome(place, use_recent, Call::Update, 7, 1, 3) == -EINVAL);
  CHECK(outcome(place, use_recent, Call::Erase, 7) == -ENOENT);
  CHECK(outcome(place, use_recent, Call::Update, 7, 14, BPF_NOEXIST) == 0);
  CHECK(outcome(place, use_recent, Call::Update, 7, 1, BPF_NOEXIST) == -EEXIST);
  CHECK(outcome(place, use_recent, Call::Update, 7, 14, BPF_EXIST) == 0);
  CHECK(outcome(place, use_recent, Call::Erase, 7) == 0);
  for (Number number = 1; number <= 300; ++number)
    REQUIRE(outcome(place, use_recent, Call::Update, number, 2 * number, BPF_NOEXIST) == 0);
  std::size_t entries = 0;
  for (const auto& [number, twice] : place[recent]) {
    ++entries;
    CHECK(twice == 2 * number);
  }
  CHECK(entries > 0);
  CHECK(entries <= 64);
  if (std::is_same_v<Place, Natively>) CHECK(entries == 64);
}

TEST_CASE_TEMPLATE("a value for each CPU" * doctest::test_suite("PerCpuHash, PerCpuArray"), Place, InKernel, Natively) {
  Place place;
  const auto [first, last] = Place::two_cpus();
  place.run_on(last);
  CHECK(outcome(place, use_per_cpu_hash, Call::Update, 1, 10) == 0);
  CHECK(outcome(place, use_per_cpu_array, Call::Update, 1, 10) == 0);
  place.run_on(first);
  const std::int64_t of_another = first == last ? 10 : 0;
  CHECK(outcome(place, use_per_cpu_hash, Call::Lookup, 1) == of_another);
  CHECK(outcome(place, use_per_cpu_array, Call::Lookup, 1) == of_another);
  CHECK(outcome(place, use_per_cpu_hash, Call::Update, 1, 20) == 0);
  const std::vector<Number> values = place[per_cpu_hash].find(1)->values();
  CHECK(values.at(first) == 20);
  CHECK(values.at(last) == (first == last ? 20 : 10));
  // What the application puts in place is there for every CPU, an entry that a program makes is zero for the others.
  place[per_cpu_hash].set(1, place[per_cpu_hash].on_every_cpu(5));
  place[per_cpu_array].set(1, place[per_cpu_array].on_every_cpu(6));
  for (const std::uint32_t cpu : {first, last}) {
    place.run_on(cpu);
    CHECK(outcome(place, use_per_cpu_hash, Call::Lookup, 1) == 5);
    CHECK(outcome(place, use_per_cpu_array, Call::Lookup, 1) == 6);
  }
  CHECK(outcome(place, use_per_cpu_hash, Call::Erase, 1) == 0);
  CHECK(outcome(place, use_per_cpu_hash, Call::Update, 1, 30) == 0);
  CHECK(place[per_cpu_hash].find(1)->sum() == 30);
}

TEST_CASE_TEMPLATE("a ring buffer is full until records are taken out" * doctest::test_suite("RingBuffer"), Place,
                   InKernel, Natively) {
  Place place;
  const auto submitted = [&] { return outcome(place, submit_record, Call::Lookup, 0) == 0; };
  for (int round = 0; round < 3; ++round) {
    // Four records are all of the buffer, and a byte of it stays free.
    for (int i = 0; i < 3; ++i) CHECK(submitted());
    CHECK_FALSE(submitted());
    CHECK_FALSE(submitted());
    CHECK(place[ring].dropped() == 2U * static_cast<unsigned>(round + 1));
    std::size_t taken = 0;
    for ([[maybe_unused]] const Record& record : place[ring]) ++taken;
    CHECK(taken == 3);
  }
}
