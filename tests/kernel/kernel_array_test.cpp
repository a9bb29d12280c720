// Arrays in the kernel's objects, indexed by run-time numbers: what /proc and getrlimit(2) say, by types of which the
// test declares a part only.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <ebpfxx.hpp>
#include <fstream>
#include <string>

using namespace ebpfxx;

/// Half of the kernel's struct of this name, whose size is the other's.
namespace part {
struct EBPFXX_KERNEL_TYPE rlimit {
  unsigned long rlim_max;
};
struct EBPFXX_KERNEL_TYPE signal_struct {
  rlimit rlim[16];
};
struct EBPFXX_KERNEL_TYPE task_struct {
  int pid;
  char comm[16];
  signal_struct* signal;
};
}  // namespace part

template <>
struct ebpfxx::BtfTracepointEvent<"sys_enter"> {
  std::uint64_t registers;
  long number;
};
using Enter = BtfTracepoint<"sys_enter">;

namespace {

constexpr long unused_call = 777779;

}  // namespace

struct Elements {
  std::uint64_t character, remainder, limit, limit_by_reference, limit_by_pointer, limit_copied, sum_of_limits, length,
      sum_of_characters;
};
inline Global<std::uint32_t> array_index = 0;
inline Map<std::uint32_t, Elements> elements_seen;

inline constexpr Program<Enter> see_elements = [](Enter::Event event) {
  if (event.number != unused_call) return;
  const auto task = current_task<part::task_struct>();
  const auto& limits = task->signal->rlim;
  Elements seen{};
  const std::uint32_t index = array_index;
  seen.remainder = static_cast<std::uint64_t>(task->comm[index % 15]);
  while (seen.length < 16 && task->comm[seen.length] != 0) ++seen.length;
  for (const char character : task->comm) seen.sum_of_characters += static_cast<unsigned char>(character);
  for (int i = 0; i < 16; ++i) seen.sum_of_limits += limits[i].rlim_max / 7;
  if (index < 16) {
    seen.character = static_cast<std::uint64_t>(task->comm[index]);
    seen.limit = task->signal->rlim[index].rlim_max;
    const auto& limit = limits[index];
    seen.limit_by_reference = limit.rlim_max;
    const auto* pointer = task->signal->rlim + index;
    seen.limit_by_pointer = pointer->rlim_max;
    const KernelAddress<part::task_struct> address(task);
    if (const auto copy = address.read([](auto& task) { return &task.signal; },
                                       [index](auto& signal) { return &signal.rlim[index].rlim_max; }))
      seen.limit_copied = *copy;
  }
  elements_seen.set(0, seen);
};

TEST_SUITE("BtfTracepoint") {
  TEST_CASE("elements of arrays in kernel objects are found where the running kernel has them") {
    auto object = Object::open(see_elements);
    object.load();
    const Link link = object[see_elements].attach();
    std::ifstream file("/proc/thread-self/comm");
    std::string name;
    REQUIRE(std::getline(file, name));
    const std::string characters = name + std::string(16 - name.size(), '\0');
    std::uint64_t sum_of_characters = 0;
    for (const char character : characters) sum_of_characters += static_cast<unsigned char>(character);
    std::uint64_t sum = 0;
    for (int resource = 0; resource < 16; ++resource) {
      rlimit limit{};
      REQUIRE(getrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0);
      sum += limit.rlim_max / 7;
    }
    for (std::uint32_t index = 0; index < 17; ++index) {
      CAPTURE(index);
      object[array_index] = index;
      syscall(unused_call);
      const Elements seen = object[elements_seen].find(0).value();
      CHECK(seen.remainder == static_cast<std::uint64_t>(characters[index % 15]));
      CHECK(seen.length == name.size());
      CHECK(seen.sum_of_characters == sum_of_characters);
      CHECK(seen.sum_of_limits == sum);
      if (index == 16) continue;
      rlimit limit{};
      REQUIRE(getrlimit(static_cast<__rlimit_resource>(index), &limit) == 0);
      CHECK(seen.character == static_cast<std::uint64_t>(characters[index]));
      CHECK(seen.limit == limit.rlim_max);
      CHECK(seen.limit_by_reference == limit.rlim_max);
      CHECK(seen.limit_by_pointer == limit.rlim_max);
      CHECK(seen.limit_copied == limit.rlim_max);
    }
  }
}
