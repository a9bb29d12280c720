// A program or map that the application could not name.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: inline variables, in namespaces, classes and templates

inline constexpr Program<Lwt::Out> at_global_scope = [](Packet) { return Ok; };
inline PerCpu<std::uint64_t> packets;

namespace office {
inline constexpr Program<Lwt::Out> in_a_namespace = [](Packet) { return Ok; };
inline constexpr Config<std::uint32_t> limit = 7;
}  // namespace office

struct Filters {
  static constexpr Program<Lwt::Out> in_a_class = [](Packet packet) {
    packets.update([](std::uint64_t& count) { count += 1; });
    return packet.length() > office::limit ? Drop : Ok;
  };
};

template <std::uint32_t Mark>
inline constexpr Program<Lwt::Out> in_a_template = [](Packet packet) { return packet.mark() == Mark ? Drop : Ok; };
template const Program<Lwt::Out> in_a_template<7>;

// Declared in a header, defined in one source.
extern const Program<Lwt::Out> declared_elsewhere;
constexpr Program<Lwt::Out> declared_elsewhere = [](Packet packet) { return packet.mark() == 7 ? Drop : Ok; };

// A static variable of an inline function is the same one in every file.
inline const Program<Lwt::Out>& in_an_inline_function() {
  static constexpr Program<Lwt::Out> drop_all = [](Packet) { return Drop; };
  return drop_all;
}

#elif CASE == 1  // const, and so of this file only
// kernel takes it: the application could not ask for it
// error: 'drop_all' is visible in this file only, the application cannot name it; declare it 'inline' in a namespace
// [ebpfxx-linkage]
constexpr Program<Lwt::Out> drop_all = [](Packet) { return Drop; };

#elif CASE == 2  // static
// kernel takes it: the application could not ask for it
// error: 'packets' is visible in this file only, the application cannot name it; declare it 'inline' in a namespace
// [ebpfxx-linkage]
static PerCpu<std::uint64_t> packets;

#elif CASE == 3  // in an anonymous namespace
// kernel takes it: the application could not ask for it
namespace {
// error: '(anonymous namespace)::drop_all' is in an anonymous namespace, the application cannot name it; declare it
// 'inline' in a namespace [ebpfxx-linkage]
inline constexpr Program<Lwt::Out> drop_all = [](Packet) { return Drop; };
}  // namespace

#elif CASE == 4  // in a function
// kernel takes it: the application could not ask for it
void attach() {
  // error: 'drop_all' is local to a function, the application cannot name it; declare it 'inline' in a namespace
  // [ebpfxx-linkage]
  static constexpr Program<Lwt::Out> drop_all = [](Packet) { return Drop; };
}

#elif CASE == 5  // of a type in an anonymous namespace
// kernel takes it: the application could not ask for it
namespace {
struct Counts {
  std::uint64_t packets, bytes;
};
}  // namespace
// error: 'counts' is visible in this file only, as a type that it is made of is in an anonymous namespace; declare that
// type outside of it [ebpfxx-linkage]
inline PerCpu<Counts> counts;
#endif
