#include <ebpfxx.hpp>

#include "programs.hpp"

using namespace ebpfxx;

inline constexpr Program<Lwt::In> drop_ingress = [](Lwt::In::Packet packet) {
  return packet.parse<Ipv4>() ? Lwt::In::Verdict::Ok : Lwt::In::Verdict::Drop;
};

void open_ingress() { Object::open(drop_ingress); }
