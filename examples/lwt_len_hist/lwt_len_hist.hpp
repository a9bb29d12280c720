#pragma once

/// The program of lwt_len_hist: it counts the lengths of packets.
#include <cstdint>
#include <ebpfxx.hpp>

using namespace ebpfxx;

/// Bucket n counts the packets of 2^n to 2^(n+1) - 1 bytes, IP header included.
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<32>> lengths;

inline constexpr Program<Lwt::Out> count_lengths = [](Lwt::Out::Packet packet) {
  lengths.at(floor_log2(packet.length())).update([](std::uint64_t& count) { count += 1; });
  return Lwt::Out::Verdict::Ok;
};

static_assert(count_lengths(ipv4() / udp()) == Lwt::Out::Verdict::Ok);
