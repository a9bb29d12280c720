#pragma once

#include <ebpfxx.hpp>

/// A program and a map in a header and a namespace: every source that includes them has them, the object once.
namespace consumer::shared {

inline ebpfxx::Map<std::uint32_t, ebpfxx::Atomic<std::uint64_t>> marks;

inline constexpr ebpfxx::Program<ebpfxx::Lwt::Xmit> count_marks = [](ebpfxx::Lwt::Xmit::Packet packet) {
  const auto counted = marks.update(packet.mark(), [](auto& count) { count += 1; });
  return counted ? ebpfxx::Lwt::Xmit::Verdict::Ok : ebpfxx::Lwt::Xmit::Verdict::Drop;
};

}  // namespace consumer::shared
