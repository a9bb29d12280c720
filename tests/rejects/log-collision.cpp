// Two formats of the log with the same id: who reads the log could not tell their lines apart.
#include <ebpfxx/language.hpp>
#include <ebpfxx/log/log.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

// The two texts have the same 64-bit FNV-1a hash; they are not ours, but known for it.

#if CASE == 0  // accepted: one of them, twice; and both with different arguments

inline constexpr Program<Lwt::Out> logs_one = [](Packet packet) {
  log<LogLevel::Info, "8yn0iYCKYHlIj4-BwPqk">();
  if (packet.mark() == 1) log<LogLevel::Info, "8yn0iYCKYHlIj4-BwPqk">();
  log<LogLevel::Error, "GReLUrM4wMqfg9yzV3KQ">();
  return Ok;
};

#elif CASE == 1  // in one program
// no object: it is found again when the objects are linked
inline constexpr Program<Lwt::Out> logs_both = [](Packet) {
  log<LogLevel::Info, "8yn0iYCKYHlIj4-BwPqk">();
  // error: logs 'GReLUrM4wMqfg9yzV3KQ' with the same id as '8yn0iYCKYHlIj4-BwPqk', fef33e54f3a9e0eb; change one of the
  // texts [ebpfxx-log-collision]
  log<LogLevel::Info, "GReLUrM4wMqfg9yzV3KQ">();
  return Ok;
};

#elif CASE == 2  // in two programs, in a function of one
// no object: it is found again when the objects are linked
inline void tell() {
  // error: logs 'GReLUrM4wMqfg9yzV3KQ' with the same id as '8yn0iYCKYHlIj4-BwPqk', fef33e54f3a9e0eb; change one of the
  // texts [ebpfxx-log-collision]
  log<LogLevel::Info, "GReLUrM4wMqfg9yzV3KQ">();
}
inline constexpr Program<Lwt::Out> logs_one = [](Packet) {
  log<LogLevel::Info, "8yn0iYCKYHlIj4-BwPqk">();
  return Ok;
};
inline constexpr Program<Lwt::Out> logs_other = [](Packet) {
  tell();
  return Ok;
};

#endif
