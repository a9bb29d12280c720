#include <cstdint>
#include <ebpfxx.hpp>
#include <vmlinux.hpp>

#include "programs.hpp"

using namespace ebpfxx;

inline Map<std::uint32_t, std::uint64_t> exits;

using Exit = BtfTracepoint<"sched_process_exit">;
inline constexpr Program<Exit> count_exits = [](Exit::Event event) {
  const auto process = static_cast<std::uint32_t>(event.p->tgid);
  exits.set(process, event.p->start_boottime);
};

void open_tracing() { Object::open(count_exits); }
