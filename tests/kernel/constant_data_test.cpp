// Constants of programs in a real kernel: tables of every size, strings, and tables of addresses, next to Configs and
// to the constants of another source.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>
#include <string_view>

#include "support/constant_data.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;
using Packet = Tc::Ingress::Packet;
using enum Tc::Ingress::Verdict;

inline constexpr Config<std::uint32_t> base = 7;

// Tables of 4, 8, 16 and 32 bytes, which the assembler would put into sections of their own.
inline constexpr std::array<std::uint8_t, 4> four = {3, 1, 4, 1};
inline constexpr std::array<std::uint16_t, 4> eight = {5, 9, 2, 6};
inline constexpr std::array<std::uint32_t, 4> sixteen = {53, 58, 97, 93};
inline constexpr std::array<std::uint64_t, 4> thirty_two = {238, 462, 643, 383};

inline constexpr Program<Tc::Ingress> sum_of_tables = [](Packet packet) {
  const std::uint32_t at = packet.mark() & 3;
  packet.set_mark(static_cast<std::uint32_t>(four[at] + eight[at] + sixteen[at] + thirty_two[at] + base));
  return Ok;
};

inline constexpr Program<Tc::Ingress> one_table = [](Packet packet) {
  packet.set_mark(eight[packet.mark() & 3] + base);
  return Ok;
};

inline constexpr Program<Tc::Ingress> local_constants = [](Packet packet) {
  constexpr char hex[] = "0123456789abcdef";
  const std::uint32_t steps[4] = {1, 5, 25, 125};
  packet.set_mark(hex[packet.mark() & 15] + steps[packet.mark() & 3] + "ebpf"[packet.mark() >> 1 & 3] + base);
  return Ok;
};

/// Four cases of constants, which LLVM makes a table of.
constexpr std::uint32_t weight(std::uint32_t kind) {
  switch (kind) {
    case 0:
      return 31;
    case 1:
      return 4;
    case 2:
      return 159;
    case 3:
      return 26;
    default:
      return 0;
  }
}
inline constexpr Program<Tc::Ingress> by_switch = [](Packet packet) {
  packet.set_mark(weight(packet.mark()) + base);
  return Ok;
};

inline constexpr char texts[][5] = {"GET", "POST", "PUT"};
inline constexpr Program<Tc::Ingress> table_of_texts = [](Packet packet) {
  const std::uint32_t at = packet.mark() & 1;
  packet.set_mark(static_cast<std::uint32_t>(texts[at][0] << 8 | texts[at + 1][3]));
  return Ok;
};

// Tables of addresses.
inline constexpr const char* verbs[] = {"GET", "POST", "PUT", "DELETE"};
inline constexpr Program<Tc::Ingress> table_of_pointers = [](Packet packet) {
  const std::uint32_t at = packet.mark() & 3;
  packet.set_mark(static_cast<std::uint32_t>(verbs[at][0] << 8 | verbs[at ^ 1][2]));
  return Ok;
};

inline constexpr std::string_view names[] = {"eth", "lo", "docker", ""};
inline constexpr Program<Tc::Ingress> table_of_views = [](Packet packet) {
  const std::string_view name = names[packet.mark() & 3];
  packet.set_mark(static_cast<std::uint32_t>(name.size() << 8 | (name.empty() ? 0U : std::uint8_t(name[1]))));
  return Ok;
};

struct Service {
  std::uint16_t port;
  const char* name;
  std::uint64_t weight;
};
inline constexpr Service services[2][2] = {{{22, "ssh", 100}, {53, "dns", 5'000'000'000}},
                                           {{80, "http", 7}, {443, "https", 8}}};
inline constexpr Program<Tc::Ingress> table_of_structs = [](Packet packet) {
  const Service& service = services[packet.mark() & 1][packet.mark() >> 1 & 1];
  packet.set_mark(service.port + (service.weight > 1'000'000'000 ? 1U << 31 : 0) +
                  (std::uint32_t(service.name[1]) << 16));
  return Ok;
};

inline constexpr std::uint16_t small[] = {1, 2, 3, 4}, large[] = {1000, 2000, 3000, 4000};
inline constexpr const std::uint16_t* ranges[] = {small, large};
inline constexpr Program<Tc::Ingress> table_of_tables = [](Packet packet) {
  packet.set_mark(ranges[packet.mark() >> 2 & 1][packet.mark() & 3]);
  return Ok;
};

/// Texts by cases, which LLVM makes a table of addresses of.
constexpr const char* name_of(std::uint32_t kind) {
  switch (kind) {
    case 0:
      return "none";
    case 1:
      return "tcp";
    case 2:
      return "udp";
    case 3:
      return "icmp";
    case 4:
      return "sctp";
    default:
      return "other";
  }
}
inline constexpr Program<Tc::Ingress> text_by_switch = [](Packet packet) {
  const char* name = name_of(packet.mark());
  packet.set_mark(static_cast<std::uint32_t>(name[0] << 16 | name[1] << 8 | name[2]));
  return Ok;
};

/// A pointer that is no address of anything, too.
inline constexpr const char* some[] = {nullptr, "yes", nullptr, "no"};
inline constexpr Program<Tc::Ingress> table_with_null = [](Packet packet) {
  const char* text = some[packet.mark() & 3];
  packet.set_mark(text ? static_cast<std::uint32_t>(text[0]) : 0U);
  return Ok;
};

/// Both sources read it.
inline constexpr Program<Tc::Ingress> of_shared_table = [](Packet packet) {
  packet.set_mark(shared_table[packet.mark() & 7]);
  return Ok;
};

static_assert(run(table_of_pointers, ethernet(), {.mark = 1}).context.mark == ('P' << 8 | 'T'));
static_assert(run(table_of_structs, ethernet(), {.mark = 2}).context.mark == (1U << 31) + ('n' << 16) + 53);

TEST_CASE("constants of all sizes and sources are what the source says" * doctest::test_suite("Tc::Ingress")) {
  const Program<Tc::Ingress>* programs[] = {
      &sum_of_tables,     &one_table,       &local_constants,           &by_switch,       &table_of_texts,
      &table_of_pointers, &table_of_views,  &table_of_structs,          &table_of_tables, &text_by_switch,
      &table_with_null,   &of_shared_table, &program_of_second_source()};
  auto object = Object::open_all(sum_of_tables);
  object[base] = 100;
  object.load();
  Native native;
  native[base] = 100;
  for (const Program<Tc::Ingress>* program : programs)
    for (std::uint32_t mark = 0; mark < 32; ++mark) {
      CAPTURE(object[*program].name());
      CAPTURE(mark);
      const auto natively = native(*program)(ethernet(), {.mark = mark});
      CHECK(in_kernel(object, *program)(ethernet(), {.mark = mark}).context.mark == natively.context.mark);
    }
}
