// A line of the trace whose arguments do not fit its placeholders.
#include <ebpfxx/language.hpp>

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
#endif
