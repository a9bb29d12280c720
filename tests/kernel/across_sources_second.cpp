#include "support/across_sources.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test::across;

/// Adds a hundred to what the other programs counted, and drops what they have not seen.
inline constexpr Program<Lwt::Xmit> in_second = [](Lwt::Xmit::Packet packet) {
  auto count = seen.find(packet.mark());
  if (!count || last_mark != packet.mark()) return Lwt::Xmit::Verdict::Drop;
  *count += 100;
  return Lwt::Xmit::Verdict::Ok;
};

Object ebpfxx::test::across::open_in_second_source(const Program<Lwt::Xmit>& in_first) {
  return Object::open(in_header, in_first, in_second);
}

int ebpfxx::test::across::fd_of_second(Object& object) { return object[in_second].fd(); }
