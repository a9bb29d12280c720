// Every operator on bounded numbers loads on every kernel, as an offset into a packet and as an index into a map's
// value, without a test in the program; and gives what it gives natively.
#include <bpf/bpf.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <random>

using namespace ebpfxx;

namespace {

struct Byte {
  std::uint8_t value;
};

/// The operands, of which `mark` and `priority` decide, as an operator's expression names them.
template <class Packet, class Expression>
constexpr auto apply(Packet packet, Expression expression) {
  return expression(bounded(packet.mark()) & constant<15>, bounded(packet.priority()) & constant<7>,
                    (bounded(packet.mark()) >> constant<8>)&constant<3>, bounded(packet.priority()));
}

/// As an offset: gives the packet's byte there.
template <class Packet, class Number>
constexpr Lwt::Out::Verdict use_as_offset(Packet packet, Number number) {
  auto byte = packet.bytes().skip(number).template require<1>();
  packet.template set_control<4>(byte ? byte->template at<Byte>().value : 1000);
  return Lwt::Out::Verdict::Ok;
}

/// As an index into a map's value: gives the element there.
template <class Packet, class Number, class Table>
constexpr Lwt::Out::Verdict use_as_index(Packet packet, Number number, const Table& table) {
  table.update([&](auto& elements) {
    at(elements, number) += 1;
    packet.template set_control<4>(at(elements, number));
  });
  return Lwt::Out::Verdict::Ok;
}

template <std::size_t Greatest>
using Elements = std::array<std::uint32_t, Greatest + 1>;

}  // namespace

// `_mask`: as many elements as a mask lets through. `_exact`: as many as the number needs.
#define EBPFXX_OPERATOR(name, greatest, expression)                                                              \
  struct name##_of {                                                                                             \
    constexpr auto operator()([[maybe_unused]] auto a, [[maybe_unused]] auto b, [[maybe_unused]] auto c,         \
                              [[maybe_unused]] auto number) const {                                              \
      return expression;                                                                                         \
    }                                                                                                            \
  };                                                                                                             \
  inline PerCpu<Elements<static_cast<std::size_t>(detail::number::hull::all_ones(greatest))>> name##_mask_table; \
  inline PerCpu<Elements<greatest>> name##_exact_table;                                                          \
  inline constexpr Program<Lwt::Out> name##_offset = [](Lwt::Out::Packet packet) {                               \
    return use_as_offset(packet, apply(packet, name##_of{}));                                                    \
  };                                                                                                             \
  inline constexpr Program<Lwt::Out> name##_mask = [](Lwt::Out::Packet packet) {                                 \
    return use_as_index(packet, apply(packet, name##_of{}), name##_mask_table);                                  \
  };                                                                                                             \
  inline constexpr Program<Lwt::Out> name##_exact = [](Lwt::Out::Packet packet) {                                \
    return use_as_index(packet, apply(packet, name##_of{}), name##_exact_table);                                 \
  };
#include "operators.inc"
#undef EBPFXX_OPERATOR

namespace {

constexpr std::size_t frame_size = 14 + 256;

/// Runs a program on a packet whose bytes are their own offsets.
std::uint32_t run_in_kernel(int program, std::uint32_t mark, std::uint32_t priority) {
  std::array<std::uint8_t, frame_size> frame{};
  for (std::size_t i = 14; i < frame.size(); ++i) frame[i] = static_cast<std::uint8_t>(i - 14);
  frame[12] = 0x88;  // an EtherType of which the kernel expects no length
  frame[13] = 0xb5;
  __sk_buff context{};
  context.mark = mark;
  context.priority = priority;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  options.ctx_in = options.ctx_out = &context;
  options.ctx_size_in = options.ctx_size_out = sizeof context;
  REQUIRE(bpf_prog_test_run_opts(program, &options) == 0);
  return context.cb[4];
}

std::uint32_t run_natively(const Program<Lwt::Out>& program, std::uint32_t mark, std::uint32_t priority) {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  SkbContext context{};
  context.mark = mark;
  context.priority = priority;
  Native native;
  return native(program)(bytes, context).context.cb[4];
}

/// The mark and the priority of 200 runs: all ends of the operands' intervals first.
template <class Body>
void for_each_operand(Body body) {
  for (std::uint32_t mark : {0x000U, 0x00fU, 0x300U, 0x30fU})
    for (std::uint32_t priority : {0U, 7U, 0xffffffffU}) body(mark, priority);
  std::mt19937 random(1);
  for (int i = 0; i < 188; ++i) body(static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random()));
}

}  // namespace

#define EBPFXX_OPERATOR(name, greatest, expression)                                                     \
  TEST_CASE("operator: " #expression) {                                                                 \
    auto object = Object::open(name##_offset, name##_mask, name##_exact);                               \
    object.load();                                                                                      \
    for_each_operand([&](std::uint32_t mark, std::uint32_t priority) {                                  \
      const std::uint32_t natively = run_natively(name##_offset, mark, priority);                       \
      REQUIRE(natively <= greatest);                                                                    \
      REQUIRE(run_in_kernel(object[name##_offset].fd(), mark, priority) == natively);                   \
      const auto counted = [&](const auto& table) { return object[table].sum()[natively]; };            \
      const std::uint32_t in_mask = counted(name##_mask_table), in_exact = counted(name##_exact_table); \
      run_in_kernel(object[name##_mask].fd(), mark, priority);                                          \
      run_in_kernel(object[name##_exact].fd(), mark, priority);                                         \
      REQUIRE(counted(name##_mask_table) == in_mask + 1);                                               \
      REQUIRE(counted(name##_exact_table) == in_exact + 1);                                             \
    });                                                                                                 \
  }
#include "operators.inc"
#undef EBPFXX_OPERATOR

inline constexpr Global<std::uint64_t> measured = 0;
inline PerCpu<std::array<std::uint32_t, 64>> powers;
inline constexpr Program<Lwt::Out> count_powers = [](Lwt::Out::Packet) {
  powers.update([](auto& counts) { at(counts, floor_log2(measured.value())) += 1; });
  return Lwt::Out::Verdict::Ok;
};

TEST_CASE("floor_log2: 64 bits") {
  auto object = Object::open(count_powers);
  object.load();
  Native native;
  for (std::uint64_t bit = 0; bit < 64; ++bit) {
    for (std::uint64_t number : {std::uint64_t{1} << bit, (std::uint64_t{2} << bit) - 1}) {
      object[measured] = number;
      native[measured] = number;
      run_in_kernel(object[count_powers].fd(), 0, 0);
      native(count_powers)(packet_bytes(ipv4()));
    }
    CHECK(object[powers].sum()[bit] == 2);
    CHECK(native[powers].sum()[bit] == 2);
  }
}
