// A program's lambda that takes something of the application with it.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: lambdas in a program, constants, Configs and maps

inline constexpr Config<std::uint32_t> limit = 1000;
inline constexpr std::uint32_t mark_of_ours = 7;
inline PerCpu<std::uint64_t> packets;

inline constexpr Program<Lwt::Out> without_captures = [](Packet packet) {
  static constexpr std::uint32_t half = 2;
  packets.update([](std::uint64_t& count) { count += 1; });
  return packet.length() / half > limit && packet.mark() != mark_of_ours ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> inner_lambdas = [](Packet packet) {
  const std::uint32_t length = packet.length();
  std::uint32_t most = 0;
  auto raise = [&](std::uint32_t number) { most = number > most ? number : most; };
  auto is_long = [length, twice = length * 2] { return length + twice > 1000; };
  auto twice = [=](auto action) { action(packet.mark()), action(packet.hash() & length); };
  twice(raise);
  packets.update([&](std::uint64_t& count) { count += most; });
  return is_long() ? Drop : Ok;
};

// A capture default that captures nothing.
inline constexpr Program<Lwt::Out> written_out = [](Packet packet) -> Lwt::Out::Verdict {
  return packet.mark() ? Ok : Drop;
};

// A function object is a program too.
struct Filter {
  Lwt::Out::Verdict operator()(Packet packet) const { return packet.length() > limit ? Drop : Ok; }
};
inline constexpr Program<Lwt::Out> from_an_object = Filter{};

// A template makes many programs.
template <std::uint32_t Mark>
inline constexpr Program<Lwt::Out> of_mark = [](Packet packet) { return packet.mark() == Mark ? Drop : Ok; };
template const Program<Lwt::Out> of_mark<7>;

#elif CASE == 1  // a copy of a number
// kernel takes it: there would be nothing in the program
// host: refused
// error: program 'copied' captures 'limit', which is in the application; keep it in a map or a Config, or make it
// constexpr [ebpfxx-capture]
inline constexpr Program<Lwt::Out> copied = [limit = 7U](Packet packet) { return packet.mark() > limit ? Drop : Ok; };

#elif CASE == 2  // members of a function object
// kernel takes it: there would be nothing in the program
// host: refused
struct Filter {
  std::uint32_t limit;
  constexpr Lwt::Out::Verdict operator()(Packet packet) const { return packet.length() > limit ? Drop : Ok; }
};
// error: program 'from_an_object' is made from a 'Filter', whose members are in the application; keep them in a map or
// a Config [ebpfxx-capture]
inline constexpr Program<Lwt::Out> from_an_object = Filter{1000};

#elif CASE == 3  // a reference to a variable, among several
// kernel takes it: there would be nothing in the program
// host: refused
inline Map<std::uint32_t, std::uint64_t> packets;
inline std::uint32_t limit = 1000;
// error: program 'refers' captures 'most', which is in the application; keep it in a map or a Config, or make it
// constexpr [ebpfxx-capture]
inline constexpr Program<Lwt::Out> refers = [&most = limit](Packet packet) { return packet.mark() > most ? Drop : Ok; };

#elif CASE == 4  // a default for captures, where nothing can be captured
// no object: C++ makes no such lambda
// host: refused
// error: non-local lambda expression cannot have a capture-default
inline constexpr Program<Lwt::Out> captures = [&](Lwt::Out::Packet) { return Lwt::Out::Verdict::Ok; };
#endif
