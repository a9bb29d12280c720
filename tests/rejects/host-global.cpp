// A variable of the application, of which the kernel has no part.
#include <array>
#include <string>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: constants, Configs and maps, and variables of which only the type is asked

inline constexpr std::array<std::uint16_t, 3> ports = {80, 443, 8080};
inline const std::uint32_t limit = 1000;
inline constexpr Config<std::uint32_t> chosen_limit = 1000;
inline PerCpu<std::uint64_t> packets;
inline std::string name = "a variable of the application";
inline std::uint32_t counter = 0;

inline constexpr Program<Lwt::Out> constants = [](Packet packet) {
  static constexpr std::uint32_t fewest = 20;
  auto ip = packet.parse<Ipv4>();
  if (!ip || packet.length() < fewest) return Ok;
  auto tcp = ip.next<Tcp>();
  if (!tcp) return Ok;
  for (const std::uint16_t port : ports)
    if (tcp->destination == port) return Drop;
  packets.update([](std::uint64_t& count) { count += 1; });
  return packet.length() > limit && packet.length() > chosen_limit ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> types = [](Packet packet) {
  const decltype(counter) length = packet.length();
  return length > sizeof(counter) + sizeof(name) ? Drop : Ok;
};

// Around the programs there is an application.
inline void count() { counter += static_cast<std::uint32_t>(name.size()); }

#elif CASE == 1  // a number
// kernel takes it: it would be a variable of the object's, of which the application knows nothing
// note: declared here
inline std::uint32_t limit = 1000;
inline constexpr Program<Lwt::Out> number = [](Packet packet) {
  // error: uses variable 'limit' of the application, of which the kernel has no part; use a Global, a map, a Config,
  // or make it constexpr [ebpfxx-host-global]
  return packet.length() > limit ? Drop : Ok;
};

#elif CASE == 2  // an object with a constructor
// no object: its constructor does not run in the kernel, and libbpf knows no variable of that name
inline std::string name = "eth0";
inline constexpr Program<Lwt::Out> object = [](Packet packet) {
  // error: uses variable 'name' of the application, of which the kernel has no part; use a Global, a map, a Config,
  // or make it constexpr [ebpfxx-host-global]
  return packet.length() > name.size() ? Drop : Ok;
};

#elif CASE == 3  // a static variable in the program
// kernel takes it: it would be a variable of the object's, of which the application knows nothing
inline constexpr Program<Lwt::Out> kept = [](Packet) {
  // note: declared here
  static std::uint32_t packets = 0;
  // error: keeps static variable 'packets' between runs; use a map or a PerCpu [ebpfxx-host-global]
  return ++packets > 100 ? Drop : Ok;
};

#elif CASE == 4  // in a function that the program calls, as a member of a class
// kernel takes it: it would be a variable of the object's, of which the application knows nothing
struct Settings {
  static inline std::uint32_t limit = 1000;
};
inline bool is_long(std::uint32_t length) {
  // error: uses variable 'Settings::limit' of the application, of which the kernel has no part; use a Global, a map, a
  // Config, or make it constexpr [ebpfxx-host-global]
  return length > Settings::limit;
}
inline constexpr Program<Lwt::Out> in_a_function = [](Packet packet) {
  // note: 'is_long' is called here, in program 'in_a_function'
  return is_long(packet.length()) ? Drop : Ok;
};

#elif CASE == 5  // defined in another file
// no object: libbpf knows no variable of that name
extern std::uint32_t limit;
inline constexpr Program<Lwt::Out> elsewhere = [](Packet packet) {
  // error: uses variable 'limit' of the application, of which the kernel has no part; use a Global, a map, a Config,
  // or make it constexpr [ebpfxx-host-global]
  return packet.length() > limit ? Drop : Ok;
};

#elif CASE == 6  // what a builtin reads
// no object: libbpf knows no variable of that name
inline constexpr Program<Lwt::Out> of_a_builtin = [](Packet) {
  // error: reads '__cpu_model' of the application's memory, of which the kernel has no part; leave it to the
  // application [ebpfxx-host-global]
  return __builtin_cpu_supports("avx") ? Drop : Ok;
};

#elif CASE == 7  // a map that another source defines
// no object: the map is not in this source's object
extern Map<std::uint32_t, std::uint64_t> elsewhere;
inline constexpr Program<Lwt::Out> counts = [](Lwt::Out::Packet packet) {
  // error: uses 'elsewhere', which this source only declares; define it in the header, as an 'inline' variable
  // [ebpfxx-host-global]
  if (auto count = elsewhere.find(packet.mark())) ++*count;
  return Lwt::Out::Verdict::Ok;
};
#endif
