#include <ebpfxx.hpp>

#include "programs.hpp"

using namespace ebpfxx;

inline constexpr Program<Lwt::Out> drop_long = [](Lwt::Out::Packet packet) {
  return packet.length() > 1500 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

void open_of_archive() { Object::open(drop_long); }
