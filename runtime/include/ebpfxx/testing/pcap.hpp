#pragma once

#if !__has_include(<pcap/pcap.h>)
#error "<ebpfxx/testing/pcap.hpp> needs libpcap; install libpcap-dev"
#endif
// Its <pcap/bpf.h> is for classic BPF and redefines struct bpf_insn of <linux/bpf.h>.
#if !defined(PCAP_DONT_INCLUDE_PCAP_BPF_H)
#define PCAP_DONT_INCLUDE_PCAP_BPF_H
#endif
#include <pcap/dlt.h>
#include <pcap/pcap.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/program.hpp>

/// Captures, as tcpdump and Wireshark read and write them, for tests: over libpcap, so link with ebpfxx::testing.
namespace ebpfxx {

/// What the packets of a capture start with; the numbers are libpcap's (pcap-linktype(7)).
enum class PcapLink : int {
  Ethernet = DLT_EN10MB,  ///< for Xdp and Tc
  Ip = DLT_RAW,           ///< an IPv4 or IPv6 header, for Lwt
};

/// A packet of a capture.
struct CapturedPacket {
  std::vector<std::uint8_t> bytes;  ///< as many as were captured
  std::uint32_t length = 0;         ///< bytes that the packet had; 0 stands for the size of `bytes`
  std::chrono::nanoseconds time{};  ///< since 1970
};

namespace detail::testing {

struct ClosePcap {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};
using PcapHandle = std::unique_ptr<pcap_t, ClosePcap>;

inline std::string pcap_link_text(int link) {
  const char* name = pcap_datalink_val_to_description(link);
  return name != nullptr ? name : "link type " + std::to_string(link);
}

inline PcapHandle open_pcap(const std::string& path, const std::string& attempt) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) throw Error(errno, {.attempt = attempt, .name = path});
  char reason[PCAP_ERRBUF_SIZE] = "";
  PcapHandle capture(pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason));
  if (!capture) {
    std::fclose(file);
    throw Error(EINVAL, {.attempt = attempt, .name = path, .reason = reason, .advice = "give a pcap or pcapng file"});
  }
  return capture;
}

}  // namespace detail::testing

/// The packets of a pcap or pcapng file, in their order. Throws Error: the errno of open(2) where the file cannot be
/// opened; EINVAL where it is no capture; EPROTOTYPE where its packets start with something else than `link`; ENODATA
/// where the file ends within a packet.
inline std::vector<CapturedPacket> read_pcap(const std::string& path, PcapLink link) {
  const std::string attempt = "read packets from " + path;
  const detail::testing::PcapHandle capture = detail::testing::open_pcap(path, attempt);
  const int found = pcap_datalink(capture.get());
  if (found != static_cast<int>(link))
    throw Error(EPROTOTYPE, {.attempt = attempt,
                             .name = path,
                             .reason = "its packets start as " + detail::testing::pcap_link_text(found) + ", not as " +
                                       detail::testing::pcap_link_text(static_cast<int>(link))});

  std::vector<CapturedPacket> packets;
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  int status = 0;
  while ((status = pcap_next_ex(capture.get(), &header, &bytes)) == 1)
    packets.push_back({.bytes = {bytes, bytes + header->caplen},
                       .length = header->len,
                       // libpcap puts nanoseconds there when asked to
                       .time = std::chrono::seconds(header->ts.tv_sec) + std::chrono::nanoseconds(header->ts.tv_usec)});
  if (status != PCAP_ERROR_BREAK)
    throw Error(ENODATA,
                {.attempt = attempt,
                 .name = path,
                 .reason = "packet " + std::to_string(packets.size() + 1) + ": " + pcap_geterr(capture.get())});
  return packets;
}

/// Writes a capture that `read_pcap`, tcpdump and Wireshark read, with times in nanoseconds, in the place of what the
/// file was. Throws Error with the errno of open(2) or write(2).
inline void write_pcap(const std::string& path, const std::vector<CapturedPacket>& packets, PcapLink link) {
  const std::string attempt = "write packets to " + path;
  constexpr int most_bytes = 262144;  // of a packet, as tcpdump has it
  const detail::testing::PcapHandle format(
      pcap_open_dead_with_tstamp_precision(static_cast<int>(link), most_bytes, PCAP_TSTAMP_PRECISION_NANO));
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) throw Error(errno, {.attempt = attempt, .name = path});
  // Closes the file in the end.
  pcap_dumper_t* dump = pcap_dump_fopen(format.get(), file);
  if (dump == nullptr) {
    std::fclose(file);
    throw Error(EIO, {.attempt = attempt, .name = path, .reason = pcap_geterr(format.get())});
  }
  for (const CapturedPacket& packet : packets) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(packet.time);
    pcap_pkthdr header{};
    header.ts.tv_sec = seconds.count();
    header.ts.tv_usec = (packet.time - seconds).count();
    header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
    header.len = packet.length == 0 ? header.caplen : packet.length;
    pcap_dump(reinterpret_cast<std::uint8_t*>(dump), &header, packet.bytes.data());
  }
  errno = 0;
  const bool written = pcap_dump_flush(dump) == 0 && std::ferror(file) == 0;
  const int number = errno != 0 ? errno : EIO;
  pcap_dump_close(dump);
  if (!written) throw Error(number, {.attempt = attempt, .name = path});
}

/// A packet that is built, for `write_pcap("sent.pcap", {captured(ethernet() / ipv4())}, PcapLink::Ethernet)`.
template <PacketSource Source>
CapturedPacket captured(const Source& source) {
  const auto bytes = packet_bytes(source);
  return {.bytes = {bytes.begin(), bytes.end()}};
}

}  // namespace ebpfxx
