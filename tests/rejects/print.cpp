// A line of the trace whose arguments do not fit its placeholders.
#include <ebpfxx/language.hpp>
#include <ebpfxx/log/log.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: numbers of every kind, three at most

inline constexpr Config<std::uint16_t> port = 8080;
inline constexpr Program<Lwt::Out> prints = [](Packet packet) {
  print<"nothing in particular">();
  print<"100 % of {} bytes">(packet.length());
  print<"{} {:x} {}">(packet.mark(), packet.hash(), packet.protocol());
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  print<"from {:x} to {:x}, port {}">(ip->source, ip->destination, port);
  print<"{} {}">(std::int64_t{-1}, ip->ttl > 1);
  log<LogLevel::Info, "{} {:x} {} {}">(ip->source, packet.hash(), port, std::array<char, 16>{});
  return Drop;
};

#elif CASE == 1  // an argument too few
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> too_few = [](Packet packet) {
  // error: arguments: 1, placeholders in the text: 2; write one '{}' for each argument [ebpfxx-print]
  print<"{} bytes, mark {}">(packet.length());
  return Ok;
};

#elif CASE == 2  // an argument too many
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> too_many = [](Packet packet) {
  // error: arguments: 1, placeholders in the text: 0; write one '{}' for each argument [ebpfxx-print]
  print<"dropping">(packet.length());
  return Drop;
};

#elif CASE == 3  // more arguments than the kernel takes
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> four = [](Packet packet) {
  // error: prints 4 numbers at once, the kernel takes 3; print twice [ebpfxx-print]
  print<"{} {} {} {}">(packet.length(), packet.mark(), packet.hash(), packet.priority());
  return Ok;
};

#elif CASE == 4  // text
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> text = [](Packet) {
  // error: prints 'char *', which is no number; give integers, enumerators, big-endian fields or Configs [ebpfxx-print]
  print<"dropping {}">("everything");
  return Drop;
};

#elif CASE == 5  // a line of the log with an argument too few
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> logs_too_few = [](Packet packet) {
  // error: arguments: 1, placeholders in the text: 2; write one '{}' for each argument [ebpfxx-print]
  log<LogLevel::Info, "{} bytes, mark {}">(packet.length());
  return Ok;
};

#elif CASE == 6  // text whose length nobody knows
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> logs_text = [](Packet) {
  const char* what = "everything";
  // error: logs 'const char *', which has no form in a log; give integers, enumerators, big-endian fields, addresses or
  // arrays of characters [ebpfxx-print]
  log<LogLevel::Info, "dropping {}">(what);
  return Drop;
};

#elif CASE == 7  // a line that matters not at all
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> logs_off = [](Packet packet) {
  // error: logs at LogLevel::Off, which is for log_level; name how much the line matters [ebpfxx-print]
  log<LogLevel::Off, "{} bytes">(packet.length());
  return Ok;
};

#elif CASE == 8  // the text as an argument
// no object: the refused overload has no body
// host: refused
inline constexpr Program<Lwt::Out> as_an_argument = [](Packet packet) {
  // error: gives the text as an argument; write 'print<"...">(...)' [ebpfxx-print]
  print("{} bytes", packet.length());
  return Ok;
};
#endif
