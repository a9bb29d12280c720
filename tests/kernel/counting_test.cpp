// What several CPUs change at once, on two busy CPUs: nothing is lost, and no token is given twice.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <doctest/doctest.h>
#include <pthread.h>
#include <sched.h>

#include <array>
#include <barrier>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/runtime/map_text.hpp>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace ebpfxx;

namespace {

constexpr std::uint32_t runs_per_cpu = 1'000'000;  ///< long enough that both are busy at once for a while
constexpr std::uint64_t runs = 2 * runs_per_cpu;

/// Two of the CPUs that this process may run on; empty when it has one only.
std::vector<int> two_cpus() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> found;
  for (int cpu = 0; cpu < CPU_SETSIZE && found.size() < 2; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) found.push_back(cpu);
  if (found.size() == 2) return found;
  MESSAGE("skipped: two CPUs are needed");
  return {};
}

/// Runs an XDP program on both CPUs at once, `runs_per_cpu` times on each.
void run_on_both(const std::vector<int>& cpus, int program) {
  std::barrier start(2);
  std::vector<std::thread> threads;
  for (const int cpu : cpus)
    threads.emplace_back([=, &start] {
      cpu_set_t own;
      CPU_ZERO(&own);
      CPU_SET(cpu, &own);
      pthread_setaffinity_np(pthread_self(), sizeof own, &own);
      const std::array<std::uint8_t, 64> frame{};
      LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(), .data_size_in = frame.size(),
                  .repeat = runs_per_cpu);
      start.arrive_and_wait();
      CHECK(bpf_prog_test_run_opts(program, &options) == 0);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

struct Usage {
  Atomic<std::uint64_t> packets, bytes;
};
struct Bucket {
  std::uint64_t tokens, taken;
};

inline Map<std::uint32_t, Usage, LruHash<1024>> usage;
inline Map<std::uint32_t, Atomic<std::uint32_t>, Array<4>> lengths;
inline constexpr Global<std::uint64_t> seen = 0;
inline constexpr Program<Xdp> count_atomically = [](Xdp::Packet packet) {
  usage.update(0, [&](Usage& sum) {
    sum.packets += 1;
    sum.bytes += packet.length();
  });
  lengths.at<1>().update([](auto& count) { ++count; });
  seen.fetch_add(1);
  return Xdp::Verdict::Pass;
};

inline constexpr std::uint32_t counts_per_key = 16;
inline Map<std::uint64_t, Atomic<std::uint64_t>, Hash<runs / counts_per_key>> by_turn;
inline constexpr Global<std::uint64_t> turn = 0;
/// Both CPUs meet each new key at the same time.
inline constexpr Program<Xdp> count_new_keys = [](Xdp::Packet) {
  by_turn.update(turn.fetch_add(1) / counts_per_key, [](auto& count) { count += 1; });
  return Xdp::Verdict::Pass;
};

inline constexpr Config<std::uint64_t> tokens = 100'000;
inline Map<std::uint32_t, Locked<Bucket>, Hash<4>> buckets;
inline Map<std::uint32_t, Locked<Bucket>, Array<2>> totals;
inline PerCpu<std::uint64_t> passed, dropped;
inline constexpr Program<Xdp> take_token = [](Xdp::Packet) {
  bool pass = false;
  buckets.update(7, Bucket{tokens, 0}, [&](Bucket& bucket) {
    pass = bucket.tokens > 0;
    if (!pass) return;
    bucket.tokens -= 1;
    bucket.taken += 1;
  });
  totals.at<1>().update([&](Bucket& total) { (pass ? total.taken : total.tokens) += 1; });
  (pass ? passed : dropped).update([](std::uint64_t& count) { count += 1; });
  return pass ? Xdp::Verdict::Pass : Xdp::Verdict::Drop;
};

inline Map<std::uint32_t, std::uint64_t, Hash<4>> in_two_steps;
/// What shared-count warns of, by a lookup and a change of its own, which it does not see.
inline constexpr Program<Xdp> count_in_two_steps = [](Xdp::Packet) {
  const auto found = in_two_steps.find(0);
  const std::uint64_t before = found ? *found : 0;
  in_two_steps.set(0, before + 1);
  return Xdp::Verdict::Pass;
};

TEST_CASE("atomic numbers and Globals count every packet of two CPUs" *
          doctest::test_suite("LruHash, Array, Global, Xdp")) {
  const auto cpus = two_cpus();
  if (cpus.empty()) return;
  auto object = Object::open(count_atomically);
  object.load();
  run_on_both(cpus, object[count_atomically].fd());
  const auto found = object[usage].find(0);
  REQUIRE(found);
  CHECK(found->packets == runs);
  CHECK(found->bytes == runs * 64);
  CHECK(object[lengths][1] == runs);
  CHECK(object[seen].value() == runs);
  CHECK(to_json(object[usage]) == R"([{"key": 0, "value": {"packets": 2000000, "bytes": 128000000}}])");
}

TEST_CASE("the first counts of a key that two CPUs meet at once" * doctest::test_suite("Hash, Xdp")) {
  const auto cpus = two_cpus();
  if (cpus.empty()) return;
  auto object = Object::open(count_new_keys);
  object.load();
  run_on_both(cpus, object[count_new_keys].fd());
  std::uint64_t sum = 0, wrong = 0;
  for (const auto& [key, count] : object[by_turn]) {
    sum += count;
    wrong += count != counts_per_key;
  }
  CHECK(sum == runs);
  CHECK(wrong == 0);
}

TEST_CASE("a bucket under a lock gives each token once" * doctest::test_suite("Hash, Array, Xdp")) {
  const auto cpus = two_cpus();
  if (cpus.empty()) return;
  auto object = Object::open(take_token);
  object.load();
  run_on_both(cpus, object[take_token].fd());
  CHECK(object[passed].sum() == 100'000);
  CHECK(object[dropped].sum() == runs - 100'000);
  const auto bucket = object[buckets].find(7);
  REQUIRE(bucket);
  CHECK(bucket->tokens == 0);
  CHECK(bucket->taken == 100'000);
  CHECK(object[totals][1].taken == 100'000);
  CHECK(object[totals][1].tokens == runs - 100'000);
}

TEST_CASE("a count in two steps loses some" * doctest::test_suite("Hash, Xdp")) {
  const auto cpus = two_cpus();
  if (cpus.empty()) return;
  auto object = Object::open(count_in_two_steps);
  object.load();
  run_on_both(cpus, object[count_in_two_steps].fd());
  const std::uint64_t counted = object[in_two_steps].find(0).value_or(0);
  CHECK(counted <= runs);
  MESSAGE(counted << " of " << runs << " were counted in two steps");
}

TEST_CASE("the application reads, writes and lists locked values" * doctest::test_suite("Hash, Array")) {
  auto object = Object::open(take_token);
  object.load();
  auto map = object[buckets];
  CHECK_FALSE(map.find(1));
  CHECK(map.insert(1, {10, 11}));
  CHECK_FALSE(map.insert(1, {12, 13}));
  CHECK(map.replace(1, {14, 15}));
  map.set(2, {20, 21});
  const std::vector<std::pair<std::uint32_t, Bucket>> more = {{1, {16, 17}}, {3, {30, 31}}};
  map.set_all(more);
  std::set<std::string> listed;
  for (const auto& [key, bucket] : map)
    listed.insert(std::to_string(key) + ": " + std::to_string(bucket.tokens) + " " + std::to_string(bucket.taken));
  CHECK(listed == std::set<std::string>{"1: 16 17", "2: 20 21", "3: 30 31"});
  CHECK(map.erase(1));
  CHECK_FALSE(map.find(1));
  object[totals].set(1, {1, 2});
  CHECK(object[totals][1].taken == 2);
}

namespace {

/// The kind of a map's value in BTF, and of a struct the name of its first member's type.
std::pair<int, std::string> value_type(int map) {
  bpf_map_info info{};
  std::uint32_t size = sizeof info;
  REQUIRE(bpf_obj_get_info_by_fd(map, &info, &size) == 0);
  const std::unique_ptr<btf, decltype(&btf__free)> types(btf__load_from_kernel_by_id(info.btf_id), btf__free);
  REQUIRE(types);
  const btf_type* type = btf__type_by_id(types.get(), info.btf_value_type_id);
  if (!btf_is_struct(type)) return {btf_kind(type), ""};
  const btf_type* first = btf__type_by_id(types.get(), btf_members(type)[0].type);
  return {btf_kind(type), btf__name_by_offset(types.get(), first->name_off)};
}

}  // namespace

TEST_CASE("other tools see numbers and the kernel's lock" * doctest::test_suite("Hash, Array")) {
  auto counting = Object::open(count_atomically);
  counting.load();
  CHECK(value_type(counting[lengths].fd()) == std::pair<int, std::string>(BTF_KIND_INT, ""));
  CHECK(value_type(counting[usage].fd()) == std::pair<int, std::string>(BTF_KIND_STRUCT, "unsigned long"));
  auto locking = Object::open(take_token);
  locking.load();
  CHECK(value_type(locking[buckets].fd()) == std::pair<int, std::string>(BTF_KIND_STRUCT, "bpf_spin_lock"));
}
