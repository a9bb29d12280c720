#include "programs.hpp"
#if !defined(CONSUMER_PRECOMPILES)
#include "shared.hpp"
#endif

using namespace ebpfxx;

inline constexpr Program<Lwt::In> drop_ingress = [](Lwt::In::Packet packet) {
  if (!packet.parse<Ipv4>()) return Lwt::In::Verdict::Drop;
  return consumer::shared::marks.find(packet.mark()) ? Lwt::In::Verdict::Drop : Lwt::In::Verdict::Ok;
};

void open_ingress() { Object::open(drop_ingress, consumer::shared::count_marks); }
