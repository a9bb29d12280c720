#include <ebpfxx.hpp>

#include "programs.hpp"

using namespace ebpfxx;

inline constexpr Program<Lwt::Out> pass_all = [](Lwt::Out::Packet) { return Lwt::Out::Verdict::Ok; };

[[gnu::visibility("default")]] void open_in_library() { Object::open(pass_all); }
