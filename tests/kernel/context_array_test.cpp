// Arrays of the context, indexed by run-time numbers: the same elements as natively, at the edges of each index.
#include <doctest/doctest.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <iterator>
#include <span>
#include <thread>
#include <utility>
#include <vector>

using namespace ebpfxx;

namespace {

using Packet = Tc::Ingress::Packet;
using enum Tc::Ingress::Verdict;
using Control = std::uint32_t[skb_control_size];

/// The control buffer, of the kernel's context or of the native run's.
constexpr Control& control(Packet packet) {
  if (on_device()) return reinterpret_cast<__sk_buff*>(packet.raw_context())->cb;
  return packet.raw_context()->cb;
}

}  // namespace

/// `index` is a number of the packet; what the program returns becomes its mark.
#define EBPFXX_CONTROL(name, ...)                                                                                    \
  inline constexpr Program<Tc::Ingress> name = [](Packet packet) {                                                   \
    packet.set_mark([&](Control& cb, [[maybe_unused]] std::uint32_t index) -> std::uint32_t { __VA_ARGS__ }(         \
                                                                               control(packet), packet.priority())); \
    return Ok;                                                                                                       \
  };

EBPFXX_CONTROL(control_read, if (index >= 5) return 1; return cb[index];)
EBPFXX_CONTROL(control_remainder, return cb[index % 5];)
EBPFXX_CONTROL(control_before, if (index == 0 || index > 5) return 1; return cb[index - 1];)
EBPFXX_CONTROL(control_signed, const int number = static_cast<int>(index); if (number < 0 || number >= 5) return 1;
               return cb[number];)
EBPFXX_CONTROL(control_written, if (index >= 5) return 1; cb[index] = 777; return cb[0] + cb[4];)
EBPFXX_CONTROL(control_changed, if (index >= 5) return 1; cb[index] += 3; cb[4 - index] ^= 1; return cb[index];)
EBPFXX_CONTROL(control_exchanged, std::swap(cb[index & 3], cb[1 + (index >> 2 & 3)]); return cb[2];)
EBPFXX_CONTROL(control_loop, std::uint32_t sum = 0; for (std::uint32_t i = 0; i < index % 6; ++i) sum = sum * 3 + cb[i];
               return sum;)
EBPFXX_CONTROL(control_written_in_loop, for (std::uint32_t i = 0; i < index % 6; ++i) cb[i] = cb[4 - i] + i;
               return cb[4];)
EBPFXX_CONTROL(control_greatest, return *std::max_element(std::begin(cb), std::end(cb));)
EBPFXX_CONTROL(control_found, const auto* found = std::find(std::begin(cb), std::end(cb), index);
               return found == std::end(cb) ? 99 : static_cast<std::uint32_t>(found - cb);)
EBPFXX_CONTROL(control_span, const std::span<std::uint32_t, 5> all(cb); std::uint32_t sum = 0;
               for (std::uint32_t i = 0; i < index && i < all.size(); ++i) sum += all[i]; return sum;)

#undef EBPFXX_CONTROL

// Only the array, which other members are in front of in the kernel.
struct EBPFXX_KERNEL_TYPE trace_event_raw_sys_enter___arguments {
  unsigned long args[6];
};
template <>
struct ebpfxx::TracepointRecord<"sys_enter"> {
  using type = trace_event_raw_sys_enter___arguments;
};
using SystemCall = Tracepoint<"raw_syscalls", "sys_enter">;

/// What marks the test's own calls, their first argument.
constexpr unsigned long own_call = 0x6562706678;
struct Arguments {
  std::uint64_t chosen, sum, until_zero, folded;
  std::array<std::uint64_t, 6> copied;
};
inline Global<std::uint32_t> chosen_argument = 0;
inline Map<std::uint32_t, Arguments> arguments;

inline constexpr Program<SystemCall> on_own_call = [](SystemCall::Event event) {
  if (event->args[0] != own_call) return;
  Arguments seen{};
  if (const std::uint32_t index = chosen_argument; index < 6) seen.chosen = event->args[index];
  for (int i = 0; i < 6; ++i) seen.sum += event->args[i];
  for (std::uint32_t i = 0; i < 6 && event->args[i] != 0; ++i) seen.until_zero += 1;
  for (const unsigned long argument : event->args) seen.folded = seen.folded * 31 + argument;
  std::memcpy(seen.copied.data(), event->args, sizeof seen.copied);
  arguments.set(0, seen);
};

TEST_SUITE("Tc::Ingress") {
  TEST_CASE("elements of the control buffer that are chosen at run time are those of a native run") {
    const std::pair<const char*, const Program<Tc::Ingress>*> programs[] = {
        {"read", &control_read},
        {"remainder", &control_remainder},
        {"before", &control_before},
        {"signed", &control_signed},
        {"written", &control_written},
        {"changed", &control_changed},
        {"exchanged", &control_exchanged},
        {"loop", &control_loop},
        {"written in loop", &control_written_in_loop},
        {"greatest", &control_greatest},
        {"found", &control_found},
        {"span", &control_span},
    };
    const std::vector<std::uint8_t> bytes(60, 7);
    for (const auto& [name, program] : programs) {
      CAPTURE(name);
      auto object = Object::open(*program);
      object.load();
      Native native;
      for (const std::uint32_t index : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 30U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        CAPTURE(index);
        Tc::Ingress::Packet::Context context{.priority = index};
        for (std::uint32_t i = 0; i < 5; ++i) context.cb[i] = 30 - i * i;
        const auto kernels = in_kernel(object, *program)(bytes, context);
        const auto natively = native(*program)(bytes, context);
        CHECK(kernels.context.mark == natively.context.mark);
        CHECK(std::ranges::equal(kernels.context.cb, natively.context.cb));
      }
    }
  }
}

TEST_SUITE("Tracepoint") {
  TEST_CASE("arguments of a system call are found by run-time indexes, where the kernel's record has them") {
    auto object = Object::open(on_own_call);
    object.load();
    const Link link = object[on_own_call].attach();
    constexpr long unused_call = 777778;
    for (const std::uint32_t index : {0U, 1U, 5U, 6U}) {
      CAPTURE(index);
      object[chosen_argument] = index;
      syscall(unused_call, own_call, 20UL, 30UL, 0UL, 50UL, 60UL);
      const Arguments seen = object[arguments].find(0).value();
      const std::array<std::uint64_t, 6> given{own_call, 20, 30, 0, 50, 60};
      CHECK(seen.chosen == (index < 6 ? given[index] : 0));
      CHECK(seen.sum == own_call + 160);
      CHECK(seen.until_zero == 3);
      std::uint64_t folded = 0;
      for (const std::uint64_t argument : given) folded = folded * 31 + argument;
      CHECK(seen.folded == folded);
      CHECK(seen.copied == given);
    }
  }
}
