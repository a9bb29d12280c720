#pragma once

#include <cstdint>
#include <ebpfxx.hpp>

/// What two sources of one object share: a map, a Global and a program, in a header and a namespace.
namespace ebpfxx::test::across {

inline Map<std::uint32_t, Atomic<std::uint64_t>> seen;
inline constexpr Global<std::uint32_t> last_mark = 0;

inline constexpr Program<Lwt::Xmit> in_header = [](Lwt::Xmit::Packet packet) {
  const auto counted = seen.update(packet.mark(), [](auto& count) { count += 1; });
  last_mark.set(packet.mark());
  return counted ? Lwt::Xmit::Verdict::Ok : Lwt::Xmit::Verdict::Drop;
};

/// Opens `in_header`, `in_first` and the other source's `in_second` as one object.
Object open_in_second_source(const Program<Lwt::Xmit>& in_first);

/// The file descriptor of that source's program.
int fd_of_second(Object& object);

}  // namespace ebpfxx::test::across
