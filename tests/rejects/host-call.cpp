// A call of what does not exist in the kernel: libc, and what is compiled into the application only.
// not precompiled: clang gives functions of a precompiled header a type in BTF, and libbpf would link a call of puts
#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: what has a body, and what runs at compile time or not at all

inline constexpr Program<Lwt::Out> standard_algorithms = [](Packet packet) {
  std::array<std::uint32_t, 4> numbers{packet.mark(), packet.hash(), packet.length(), 7};
  std::swap(numbers[0], numbers[3]);
  const std::uint32_t most = std::max(numbers[1], numbers[2]);
  const std::uint32_t some = std::clamp(numbers[0], 1U, 9U);
  const bool all = std::all_of(numbers.begin(), numbers.end(), [](std::uint32_t number) { return number > 1; });
  return all && most > some && std::popcount(most) > 2 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> standard_types = [](Packet packet) {
  const std::optional<std::uint32_t> mark = packet.mark() == 0 ? std::nullopt : std::optional(packet.mark());
  const auto [first, second] = std::pair(mark.value_or(3), packet.hash());
  const std::tuple both(first, second);
  return std::get<0>(both) > std::get<1>(both) ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> copies_of_memory = [](Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  Ipv4 one = *ip, two;
  std::memcpy(&two, &one, sizeof(Ipv4));
  std::memset(&one, 0, sizeof(one));
  return two.ttl > one.ttl ? Ok : Drop;
};

inline constexpr char names[3][8] = {"Ada", "Grace", "Edsger"};
inline constexpr Program<Lwt::Out> string_of_a_table = [](Packet packet) {
  packet.set_mark(std::string_view(names[packet.hash() % 3]).size());
  return Ok;
};

inline bool is_long(std::uint32_t length) { return length > 1000; }
template <class Predicate>
bool applies(Predicate predicate, std::uint32_t number) {
  return predicate(number);
}
inline constexpr Program<Lwt::Out> own_functions = [](Packet packet) {
  return applies(is_long, packet.length()) && std::invoke(is_long, packet.mark()) ? Drop : Ok;
};

// Known at compile time, so no call is left.
consteval std::uint32_t limit() { return std::string_view("limit").size() * 100; }
inline constexpr Program<Lwt::Out> at_compile_time = [](Packet packet) {
  constexpr std::size_t letters = std::string_view("abc").find('c');
  return packet.length() > limit() + letters ? Drop : Ok;
};

// Loops are made of these: the number of bytes has a bound, or a string ends within an object whose size is known.
struct Line {
  std::array<char, 32> text;
  std::uint32_t length;
};
inline PerCpu<Line> lines;
inline constexpr Program<Lwt::Out> end_of_text = [](Packet packet) {
  lines.update([&](Line& line) { packet.set_mark(std::strlen(line.text.data())); });
  return Ok;
};
inline constexpr Program<Lwt::Out> search_in_text = [](Packet packet) {
  lines.update([&](Line& line) {
    const std::string_view text(line.text.data(), line.length % 33);
    packet.set_mark(text.find(':') != std::string_view::npos);
  });
  return Ok;
};
inline constexpr Program<Lwt::Out> compare_text = [](Packet packet) {
  lines.update([&](Line& line) {
    const char* text = line.text.data();
    packet.set_mark(std::memcmp(text, text + 16, line.length % 17) < 0);
  });
  return Ok;
};
inline constexpr Program<Lwt::Out> fill_text = [](Packet) {
  lines.update([](Line& line) { std::memset(line.text.data(), ' ', line.length % 33); });
  return Ok;
};

// Only called where a program does not get.
inline bool report(std::uint32_t length) {
  if (std::is_constant_evaluated()) std::puts("at compile time");
  if constexpr (sizeof(length) == 8) std::printf("%u", length);
  if (false) std::abort();
  return length > 1000;
}
inline constexpr Program<Lwt::Out> dead_branches = [](Packet packet) { return report(packet.length()) ? Drop : Ok; };

// Around the programs there is an application.
inline std::vector<int> numbers() { return {1, 2, 3}; }
inline void tell() { std::printf("%zu numbers\n", numbers().size()); }

#elif CASE == 1  // a function of libc
// no object: libbpf knows no type of 'puts'
inline constexpr Program<Lwt::Out> prints = [](Packet packet) {
  // error: calls 'puts', which has no body here, so the kernel has none to run; define it in a header, or leave it to
  // the application [ebpfxx-host-call]
  if (packet.length() > 1000) std::puts("long");
  return Ok;
};

#elif CASE == 2  // a function that is compiled into the application only
// no object: libbpf knows no function of that name
// note: declared here
bool is_wanted(std::uint32_t mark);
inline constexpr Program<Lwt::Out> elsewhere = [](Packet packet) {
  // error: calls 'is_wanted', which has no body here, so the kernel has none to run; define it in a header, or leave it
  // to the application [ebpfxx-host-call]
  return is_wanted(packet.mark()) ? Ok : Drop;
};

#elif CASE == 3  // in a function that the program calls
// no object: libbpf knows no type of 'rand'
inline bool by_chance() {
  // error: calls 'rand', which has no body here, so the kernel has none to run; define it in a header, or leave it to
  // the application [ebpfxx-host-call]
  return std::rand() % 2 == 0;
}
inline constexpr Program<Lwt::Out> in_a_function = [](Packet) {
  // note: 'by_chance' is called here, in program 'in_a_function'
  return by_chance() ? Ok : Drop;
};

#elif CASE == 4  // memory of an amount that has no bound, which is a call of libc's
// no object: there is no 'memset' in the kernel
inline PerCpu<std::array<std::uint8_t, 64>> bytes;
inline constexpr Program<Lwt::Out> builtin = [](Packet packet) {
  bytes.update([&](std::array<std::uint8_t, 64>& stored) {
    // error: copies or fills a number of bytes that has no known bound; take it into a variable and test that it is at
    // most what is there [ebpfxx-host-call]
    std::memset(stored.data(), 0, packet.length());
  });
  return Ok;
};

#elif CASE == 5  // the same of a comparison
// no object: there is no 'memcmp' in the kernel
inline PerCpu<std::array<std::array<std::uint8_t, 64>, 2>> bytes;
inline constexpr Program<Lwt::Out> builtin = [](Packet packet) {
  bytes.update([&](std::array<std::array<std::uint8_t, 64>, 2>& stored) {
    // error: compares a number of bytes that has no known bound; take it into a variable and test that it is at most
    // what is there [ebpfxx-host-call]
    packet.set_mark(std::memcmp(&stored[0], &stored[1], packet.length()) == 0);
  });
  return Ok;
};

#elif CASE == 6  // of a search
// no object: there is no 'memchr' in the kernel
inline PerCpu<std::array<char, 64>> text;
inline constexpr Program<Lwt::Out> builtin = [](Packet packet) {
  text.update([&](std::array<char, 64>& stored) {
    // error: searches a number of bytes that has no known bound; take it into a variable and test that it is at most
    // what is there [ebpfxx-host-call]
    packet.set_mark(std::string_view(stored.data(), packet.length()).find(':'));
  });
  return Ok;
};

#elif CASE == 7  // of a string that may end anywhere
// no object: there is no 'strlen' in the kernel
inline PerCpu<std::array<char, 64>> text;
inline constexpr Program<Lwt::Out> builtin = [](Packet packet) {
  text.update([&](std::array<char, 64>& stored) {
    // error: looks for the end of a string in memory of an unknown size; call strnlen, with the most bytes it may have
    // [ebpfxx-host-call]
    packet.set_mark(std::strlen(stored.data() + packet.hash() % 32));
  });
  return Ok;
};

#elif CASE == 8  // what the standard library has under another name
// no object: there is no 'strrchr' in the kernel
inline PerCpu<std::array<char, 64>> text;
inline constexpr Program<Lwt::Out> builtin = [](Packet packet) {
  text.update([&](std::array<char, 64>& stored) {
    // error: calls 'strrchr', which the kernel does not have; use std::string_view, and its rfind [ebpfxx-host-call]
    packet.set_mark(std::strrchr(stored.data(), '/') != nullptr);
  });
  return Ok;
};
#endif
