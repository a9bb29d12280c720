#pragma once

#include <ebpfxx.hpp>

inline ebpfxx::PerCpu<std::uint64_t> answers;
inline ebpfxx::Map<std::uint32_t, ebpfxx::Atomic<std::uint64_t>> untouched;
inline constexpr ebpfxx::Config<std::uint32_t> reply = 7;
inline constexpr ebpfxx::Config<std::uint32_t> unused = 0;

/// Answers with `reply`, whether or not that is a verdict, and counts its answers.
inline constexpr ebpfxx::Program<ebpfxx::Lwt::Xmit> answer = [](ebpfxx::Lwt::Xmit::Packet) {
  answers.update([](std::uint64_t& count) { count += 1; });
  return static_cast<ebpfxx::Lwt::Xmit::Verdict>(reply.value());
};

inline constexpr ebpfxx::Config<bool> large = false;

/// A branch that nothing but a Config decides.
inline constexpr ebpfxx::Program<ebpfxx::Lwt::Xmit> choose = [](ebpfxx::Lwt::Xmit::Packet) {
  return static_cast<ebpfxx::Lwt::Xmit::Verdict>(large || reply == 8u ? 1000 : 10);
};

/// Touches `untouched`, which `answer` does not.
inline constexpr ebpfxx::Program<ebpfxx::Lwt::In> touch = [](ebpfxx::Lwt::In::Packet packet) {
  if (auto value = untouched.find(packet.length())) *value += 1;
  return ebpfxx::Lwt::In::Verdict::Ok;
};

/// Reads where the packet's length points to: no kernel lets it. It is in one object with programs that load.
inline constexpr ebpfxx::Program<ebpfxx::Lwt::Out> refused = [](ebpfxx::Lwt::Out::Packet packet) {
  const auto* nowhere = reinterpret_cast<const volatile std::uint32_t*>(static_cast<std::uintptr_t>(packet.length()));
  if (*nowhere == 1) return ebpfxx::Lwt::Out::Verdict::Drop;  // the refused line
  return ebpfxx::Lwt::Out::Verdict::Ok;
};

/// A map that no machine has room for.
inline ebpfxx::Map<std::uint32_t, ebpfxx::Atomic<std::uint64_t>, ebpfxx::Array<0xffffffff>> huge;
inline constexpr ebpfxx::Program<ebpfxx::Lwt::In> hoard = [](ebpfxx::Lwt::In::Packet packet) {
  if (auto value = huge.find(packet.length())) *value += 1;
  return ebpfxx::Lwt::In::Verdict::Ok;
};

namespace outer {

namespace inner {

inline ebpfxx::Map<std::uint32_t, ebpfxx::Atomic<std::uint64_t>> map_with_a_long_name;

inline constexpr ebpfxx::Program<ebpfxx::Lwt::Out> program_with_a_long_name = [](ebpfxx::Lwt::Out::Packet packet) {
  if (auto value = map_with_a_long_name.find(packet.length())) *value += 1;
  return ebpfxx::Lwt::Out::Verdict::Ok;
};

}  // namespace inner

struct Filters {
  static constexpr ebpfxx::Program<ebpfxx::Lwt::Out> pass = [](ebpfxx::Lwt::Out::Packet) {
    return ebpfxx::Lwt::Out::Verdict::Ok;
  };
};

}  // namespace outer
