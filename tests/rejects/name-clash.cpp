// Two variables that would have one name in the object.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: the same name in different namespaces

inline constexpr Program<Lwt::Out> drop = [](Packet) { return Drop; };
namespace office {
inline constexpr Program<Lwt::Out> drop = [](Packet) { return Drop; };
inline PerCpu<std::uint64_t> packets;
}  // namespace office
namespace home {
inline constexpr Program<Lwt::Out> lwt_out = [](Packet) { return Drop; };
inline constexpr Program<Lwt::Out> drop = [](Packet) { return Drop; };
inline PerCpu<std::uint64_t> packets;

// A template's variables have their arguments in their names.
template <class Value, std::uint32_t Entries>
inline Map<std::uint32_t, Value, Hash<Entries>> table;
template <>
inline Map<std::uint32_t, std::uint64_t, Array<7>> table<std::uint64_t, 7>;
inline constexpr Program<Lwt::Out> uses_a_template = [](Packet packet) {
  table<std::uint64_t, 4>.set(1, packet.length());
  table<std::uint64_t, 8>.set(1, packet.length());
  table<std::uint32_t, 8>.set(1, packet.length());
  return table<std::uint64_t, 4>.find(1) && table<std::uint64_t, 7>.find(1) ? Drop : Ok;
};
}  // namespace home

#elif CASE == 1  // a namespace, and two underscores
// no object: an object has one symbol of a name
namespace office {
// note: the other one
inline constexpr Program<Lwt::Out> drop = [](Packet) { return Drop; };
}  // namespace office
// error: 'office__drop' and 'office::drop' would both be called 'office__drop' in the object; rename one
// [ebpfxx-name-clash]
inline constexpr Program<Lwt::Out> office__drop = [](Packet) { return Drop; };

#elif CASE == 2  // a map and a program
// no object: an object has one symbol of a name
namespace office {
inline constexpr Program<Lwt::Out> packets = [](Packet) { return Drop; };
}  // namespace office
// error: 'office__packets' and 'office::packets' would both be called 'office__packets' in the object; rename one
// [ebpfxx-name-clash]
inline PerCpu<std::uint64_t> office__packets;

#elif CASE == 3  // a copy
// kernel takes it: the object has the function once, under one of the names
// note: the other one
inline constexpr Program<Lwt::Out> drop = [](Packet) { return Drop; };
// error: program 'drop_too' is a copy of 'drop', and the object has its code once; attach 'drop' twice
// [ebpfxx-name-clash]
inline constexpr Program<Lwt::Out> drop_too = drop;

#elif CASE == 4  // a program that is called as its section
// no object: an object has one symbol of a name
// error: 'lwt_out' would be called as the section 'lwt_out' of the object; rename it, or put it in a namespace
// [ebpfxx-name-clash]
inline constexpr Program<Lwt::Out> lwt_out = [](Packet) { return Drop; };

#elif CASE == 5  // a map that is called as the licence's
// no object: an object has one symbol of a name
// error: 'license' would be called as the section 'license' of the object; rename it, or put it in a namespace
// [ebpfxx-name-clash]
inline PerCpu<std::uint64_t> license;
inline constexpr Program<Lwt::Out> drop = [](Packet) {
  license.update([](std::uint64_t& count) { count += 1; });
  return Drop;
};
#endif
