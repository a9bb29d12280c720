#pragma once

#include <ebpfxx.hpp>

/// Packets that a program has seen, and their bytes from the IP header on.
struct Seen {
  std::uint64_t packets, bytes;
};

inline ebpfxx::PerCpu<Seen> seen_in, seen_out, seen_xmit;

/// Programs that count and let everything pass.
inline constexpr ebpfxx::Program<ebpfxx::Lwt::In> count_in = [](ebpfxx::Lwt::In::Packet packet) {
  seen_in.update([&](Seen& seen) {
    seen.packets += 1;
    seen.bytes += packet.length();
  });
  return ebpfxx::Lwt::In::Verdict::Ok;
};

inline constexpr ebpfxx::Program<ebpfxx::Lwt::Out> count_out = [](ebpfxx::Lwt::Out::Packet packet) {
  seen_out.update([&](Seen& seen) {
    seen.packets += 1;
    seen.bytes += packet.length();
  });
  return ebpfxx::Lwt::Out::Verdict::Ok;
};

inline constexpr ebpfxx::Program<ebpfxx::Lwt::Xmit> count_xmit = [](ebpfxx::Lwt::Xmit::Packet packet) {
  seen_xmit.update([&](Seen& seen) {
    seen.packets += 1;
    seen.bytes += packet.length();
  });
  return ebpfxx::Lwt::Xmit::Verdict::Ok;
};

/// All three, loaded.
inline ebpfxx::Object load_counting_programs() {
  auto object = ebpfxx::Object::open(count_in, count_out, count_xmit);
  object.load();
  return object;
}
