#include <ebpfxx.hpp>

#include "programs.hpp"

using namespace ebpfxx;

inline constexpr Program<Lwt::Out> drop_all = [](Lwt::Out::Packet) { return Lwt::Out::Verdict::Drop; };

void open_second() { Object::open(drop_all); }
