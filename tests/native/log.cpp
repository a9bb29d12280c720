#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <ebpfxx/language.hpp>
#include <ebpfxx/log/log.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;
using namespace std::chrono_literals;

namespace {

using Verdict = Lwt::Out::Verdict;

enum class Reason : std::uint16_t { Blocked = 513 };

constexpr std::array<std::uint8_t, 0> no_packet{};
constexpr Config<std::uint16_t> port = 8080;

constexpr Program<Lwt::Out> speaks = [](Lwt::Out::Packet packet) {
  log<LogLevel::Warning, "mark {} is {:x}, 100 %">(packet.mark(), packet.mark());
  log<LogLevel::Debug, "only when asked">();
  return Verdict::Ok;
};

constexpr Program<Lwt::Out> says_everything = [](Lwt::Out::Packet packet) {
  log<LogLevel::Error, "{} {} {} {:x}">(std::int8_t{-1}, std::int64_t{-2}, true, std::int32_t{-1});
  log<LogLevel::Info, "{} {} {}">(Ipv4Address("192.0.2.1"), Ipv6Address("2001:db8::1"),
                                  MacAddress("02:00:00:00:00:01"));
  log<LogLevel::Info, "{}, {}, {}">(BigEndian<std::uint16_t>(80), Reason::Blocked, port);
  log<LogLevel::Info, "'{}' '{}' {}">(std::array<char, 5>{'t', 'a', 's', 'k', '\0'},
                                      std::array<char, 16>{"0123456789abcde"}, packet.mark());
  log<LogLevel::Info, "\t{}\t">(std::uint64_t{18446744073709551615u});
  return Verdict::Ok;
};

constexpr Program<Lwt::Out> fills = [](Lwt::Out::Packet) {
  for (int i = 0; i < 100; ++i)
    log<LogLevel::Info, "{}{}{}{}">(std::array<char, 72>{}, std::array<char, 72>{}, std::array<char, 72>{}, i);
  return Verdict::Ok;
};

static_assert(run(speaks, no_packet).verdict == Verdict::Ok);
static_assert(detail::log::fnv1a("") == 0xcbf29ce484222325 && detail::log::fnv1a("foobar") == 0x85944171f73967e8);
static_assert(std::string_view(detail::log::LogFormat<LogLevel::Info, "{}", Ipv4Address>::entry.data()).substr(16) ==
              " {}\t41\t3");
// The id is that of text, types and level.
static_assert(detail::log::LogFormat<LogLevel::Info, "{}", bool>::id ==
              detail::log::LogFormat<LogLevel::Info, "{}", unsigned>::id);
static_assert(detail::log::LogFormat<LogLevel::Info, "{}", int>::id !=
              detail::log::LogFormat<LogLevel::Info, "{}", unsigned>::id);
static_assert(detail::log::LogFormat<LogLevel::Info, "{}", int>::id !=
              detail::log::LogFormat<LogLevel::Debug, "{}", int>::id);
static_assert(detail::log::Loggable<std::array<char, 72>> && !detail::log::Loggable<std::array<char, 73>>);
static_assert(!detail::log::Loggable<const char*> && !detail::log::Loggable<double>);

std::vector<std::string> lines_of(Native& native) {
  std::vector<std::string> lines;
  native[log_lines].consume([&](const LogLine& line) { lines.push_back(line.text); });
  return lines;
}

TEST_SUITE_BEGIN("LogBuffer");

TEST_CASE("a line of the log says when, how important it is, and what") {
  Native native;
  native.clock(1234567890us);
  native(speaks)(no_packet, {.mark = 255});
  std::vector<std::string> lines;
  CHECK(native[log_lines].consume([&](const LogLine& line) {
    CHECK(line.level == LogLevel::Warning);
    CHECK(line.time == 1234567890us);
    lines.push_back(to_text(line));
  }) == 1);
  CHECK(lines == std::vector<std::string>{"[ 1234.567890] warning: mark 255 is ff, 100 %"});
  CHECK(lines_of(native).empty());
}

TEST_CASE("arguments of every kind") {
  Native native;
  native[port] = 9090;
  native(says_everything)(no_packet, {.mark = 7});
  CHECK(lines_of(native) == std::vector<std::string>{"-1 -2 1 ffffffffffffffff",
                                                     "192.0.2.1 2001:db8::1 02:00:00:00:00:01", "80, 513, 9090",
                                                     "'task' '0123456789abcde' 7", "\t18446744073709551615\t"});
}

TEST_CASE("the level decides what is written") {
  for (const auto& [level, count] :
       {std::pair{LogLevel::Debug, 2u}, {LogLevel::Warning, 1u}, {LogLevel::Error, 0u}, {LogLevel::Off, 0u}}) {
    Native native;
    native[log_level] = level;
    native(speaks)(no_packet);
    CHECK(lines_of(native).size() == count);
  }
}

TEST_CASE("lines that find no room are counted") {
  Native native;
  for (int run = 0; run < 11; ++run) native(fills)(no_packet);  // 240 bytes each, and 8 for the kernel
  CHECK(native[log_lines].dropped() == 1100 - (256 * 1024 - 1) / 248);
  CHECK(lines_of(native).size() == (256 * 1024 - 1) / 248);
}

TEST_CASE("a callback may stop, and the rest stays") {
  Native native;
  native(says_everything)(no_packet);
  CHECK(native[log_lines].consume([](const LogLine& line) { return line.level == LogLevel::Error; }) == 2);
  CHECK(lines_of(native).size() == 3);
}

TEST_CASE("a record that no log wrote is an error, and what is behind it is not lost") {
  constexpr Program<Lwt::Out> lies = [](Lwt::Out::Packet) {
    const std::array<std::uint64_t, 3> record{detail::log::LogFormat<LogLevel::Debug, "only when asked">::id, 0, 0};
    log<LogLevel::Info, "before">();
    log_lines.write(record.data(), 15);
    log_lines.write(record.data(), 24);
    log<LogLevel::Info, "behind">();
    log_lines.write(record.data(), 16);
    return Verdict::Ok;
  };
  Native native;
  native(lies)(no_packet);
  std::vector<std::string> lines;
  const auto read = [&] { native[log_lines].consume([&](const LogLine& line) { lines.push_back(line.text); }); };
  CHECK_THROWS_WITH_AS(
      read(), "cannot read a native ring buffer: it holds a record of 15 bytes, which is no line of the log", Error);
  read();
  char unknown[17];
  std::snprintf(unknown, sizeof unknown, "%016llx",
                static_cast<unsigned long long>(detail::log::LogFormat<LogLevel::Debug, "only when asked">::id));
  const auto line = [&](int words) {
    return "a line with " + std::to_string(words) + " words of arguments, whose format " + unknown +
           " this object does not have";
  };
  CHECK(lines == std::vector<std::string>{"before", line(1), "behind", line(0)});
}

}  // namespace

TEST_SUITE_END();
