#pragma once

// Runs each program of a source of scripts/torture in constant evaluation, natively and in the kernel, and compares: on
// inputs of its own, and, as any program that scripts/fuzz runs, on packets made from a seed.

#include <doctest/doctest.h>

#include <array>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "../fuzz.hpp"
#include "../wanted.hpp"
#include "harness.hpp"

namespace torture {

/// The least, the most, counting bytes, text, numbers at edges; then small and large random ones.
constexpr std::array<u8, sizeof(Frame)> input(u32 number) {
  std::array<u8, sizeof(Frame)> bytes{};
  bytes[12] = 0x88, bytes[13] = 0xb5;
  u64 state = 0x9e3779b97f4a7c15 * (number + 1);
  const auto next = [&] { return state ^= state << 13, state ^= state >> 7, state ^= state << 17; };
  const auto put = [&](std::size_t at, u64 value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes[14 + at + i] = static_cast<u8>(value >> (8 * i));
  };
  constexpr std::string_view texts[] = {"GET /index.html HTTP/1.1\r\nHost: ", "POST 1234567890 a:b c\0\0xyz 99ff",
                                        "\x01\x02\x08\x06\x00\x03\x04zz\x02\x02\x01\x01\x05\x0a..........\x00"};
  for (std::size_t i = 14; i < bytes.size(); ++i) bytes[i] = number == 1 ? 0xff : number == 2 ? static_cast<u8>(i) : 0;
  if (number < 3) return bytes;
  const bool is_small = number % 2 == 1;
  for (std::size_t field = 0; field < 4; ++field) put(4 * field, is_small ? next() % 40 : next(), 4);
  put(16, is_small ? next() % 1000 : next(), 8);
  put(24, number == 4 ? 0x8000000000000000 : next(), 8);
  const std::string_view text = texts[number % 3];
  for (std::size_t i = 0; i < 32; ++i)
    put(32 + i,
        number < 9        ? (i < text.size() ? static_cast<u8>(text[i]) : 0)
        : number % 4 == 0 ? next() & 3
                          : next(),
        1);
  return bytes;
}

using Result = std::array<u32, 3>;
constexpr u32 constant_inputs = 6, all_inputs = 24;

/// The verdict, and what `leave` has left.
template <class Hook>
constexpr Result result_of(const Program<Hook>&, const auto& outcome) {
  const u32 verdict = static_cast<u32>(static_cast<int>(outcome.verdict));
  if constexpr (std::same_as<Hook, Xdp>) {
    Result result{verdict};
    for (std::size_t i = 0; i < 8; ++i) result[1 + i / 4] |= u32{outcome.packet.data()[14 + i]} << (8 * (i % 4));
    return result;
  } else if constexpr (std::same_as<Hook, SocketFilter>) {
    return {verdict, outcome.context.cb[0], outcome.context.cb[1]};
  } else {
    return {verdict, outcome.context.mark, outcome.context.priority};
  }
}

/// What the program gives in constant evaluation.
template <const auto& program>
constexpr auto constants = [] {
  std::array<Result, constant_inputs> results;
  for (u32 i = 0; i < constant_inputs; ++i) results[i] = result_of(program, run(program, input(i)));
  return results;
}();

inline void tell(const std::string& name, const std::string& difference) {
  std::cout << "torture: " << name << ": " << difference << std::endl;
}

/// Compares on `input`. What maps hold, constant evaluation does not have.
template <const auto& program, const auto&... maps>
void compare(const std::string& name) {
  Native native(static_cast<u32>(libbpf_num_possible_cpus()));
  native.cpu(fuzz::stay_on_this_cpu());
  auto object = Object::open(program);
  object.load();
  for (u32 i = 0; i < all_inputs; ++i) {
    const auto bytes = input(i);
    if constexpr (sizeof...(maps) == 0)
      if (i < constant_inputs && result_of(program, native(program)(bytes)) != constants<program>[i])
        return tell(name, "in constant evaluation, other than natively, with input " + std::to_string(i));
    std::string difference = fuzz::difference_of_runs(in_kernel(object, program), native(program),
                                                      std::vector(bytes.begin(), bytes.end()), {});
    const auto keep = [&](std::string of_map) {
      if (difference.empty()) difference = std::move(of_map);
    };
    (keep(fuzz::difference(native[maps], object[maps])), ...);
    if (!difference.empty()) return tell(name, difference + ", with input " + std::to_string(i));
  }
  tell(name, "same");
}

inline std::vector<std::pair<std::string, void (*)(const std::string&)>> comparisons;

/// Names a program, and the maps and Globals that it works with, to both.
template <const auto& program, const auto&... maps>
bool add(const char* name) {
  if (!fuzz::is_wanted(name)) return false;
  fuzz::Registration().both(name, program, maps...);
  comparisons.emplace_back(name, &compare<program, maps...>);
  return true;
}

}  // namespace torture

TEST_CASE("programs do the same in constant evaluation, natively and in the kernel") {
  for (const auto& [name, compare] : torture::comparisons) compare(name);
}
