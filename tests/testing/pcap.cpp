// Captures: those of real tools, round trips, and what is said of files that are none.
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/testing/doctest.hpp>
#include <ebpfxx/testing/pcap.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "captures.hpp"

using namespace ebpfxx;
using namespace std::chrono_literals;

namespace {

/// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "ebpfxx-pcap-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The error of `body`, as its number and text.
template <class Body>
std::string error_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return std::to_string(error.code().value()) + ": " + error.what();
  }
  return "no error";
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::string vlan_capture = EBPFXX_CORPUS "/vlan.pcap";

}  // namespace

TEST_CASE("captures of tcpdump are read") {
  const auto frames = ebpfxx_test::read_capture(vlan_capture);
  const auto packets = read_pcap(vlan_capture, PcapLink::Ethernet);
  REQUIRE(packets.size() == frames.size());
  REQUIRE(!packets.empty());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    CHECK(packets[i].bytes == frames[i]);
    CHECK(packets[i].length == frames[i].size());
    CHECK(packets[i].time > 1'600'000'000s);
  }
}

TEST_CASE("what is written is read again") {
  const Folder folder;
  const std::string path = folder / "written.pcap";
  CapturedPacket cut = captured(ipv4() / udp());
  cut.length = 1500;
  cut.time = 1'700'000'000s + 123456789ns;
  write_pcap(path, {captured(ipv4({.source = "10.0.0.2"})), cut}, PcapLink::Ip);
  const auto packets = read_pcap(path, PcapLink::Ip);
  REQUIRE(packets.size() == 2);
  CHECK(packets[0].bytes == matches(ipv4({.source = "10.0.0.2"})));
  CHECK(packets[0].length == 20);
  CHECK(packets[1].bytes == matches(ipv4() / udp()));
  CHECK(packets[1].length == 1500);
  CHECK(packets[1].time.count() == 1'700'000'000'123'456'789);

  write_pcap(path, {}, PcapLink::Ethernet);
  CHECK(read_pcap(path, PcapLink::Ethernet).empty());
}

TEST_CASE("a packet of a capture goes to a program as it is") {
  static constexpr Program<Xdp> drop_tagged = [](Xdp::Packet packet) {
    auto frame = packet.parse<Ethernet>();
    return frame && frame->ether_type == EtherType::Ipv4 ? Xdp::Verdict::Pass : Xdp::Verdict::Drop;
  };
  Native native;
  for (const auto& packet : read_pcap(vlan_capture, PcapLink::Ethernet))
    CHECK(native(drop_tagged)(packet.bytes) == Xdp::Verdict::Drop);
}

TEST_CASE("tshark reads what is written") {
  const Folder folder;
  const std::string path = folder / "written.pcap";
  write_pcap(path, {captured(ethernet() / ipv4({.destination = "10.0.0.3"}) / tcp({.destination = 8080}))},
             PcapLink::Ethernet);
  const std::string command =
      "tshark -r " + path +
      " -T fields -e ip.dst -e tcp.dstport -o tcp.check_checksum:TRUE -e tcp.checksum.status 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 100> line{};
  REQUIRE(std::fgets(line.data(), line.size(), pipe) != nullptr);
  pclose(pipe);
  CHECK(std::string(line.data()) == "10.0.0.3\t8080\t1\n");
}

TEST_CASE("a file that is not there, or no capture, is said so") {
  const Folder folder;
  CHECK(error_of([&] { read_pcap(folder / "none.pcap", PcapLink::Ethernet); }) ==
        std::to_string(ENOENT) + ": cannot read packets from " + (folder / "none.pcap") +
            ": No such file or directory");
  std::ofstream(folder / "text.pcap") << "this is a text, and no capture of packets";
  CHECK(error_of([&] { read_pcap(folder / "text.pcap", PcapLink::Ethernet); }) ==
        std::to_string(EINVAL) + ": cannot read packets from " + (folder / "text.pcap") +
            ": unknown file format; give a pcap or pcapng file");
  CHECK(error_of([&] { read_pcap(vlan_capture, PcapLink::Ip); }) ==
        std::to_string(EPROTOTYPE) + ": cannot read packets from " + vlan_capture +
            ": its packets start as Ethernet, not as Raw IP");
  CHECK(error_of([&] { write_pcap(folder / "none/there.pcap", {}, PcapLink::Ip); }) ==
        std::to_string(ENOENT) + ": cannot write packets to " + (folder / "none/there.pcap") +
            ": No such file or directory");
  CHECK(error_of([] { write_pcap("/dev/full", {captured(ipv4())}, PcapLink::Ip); }) ==
        std::to_string(ENOSPC) + ": cannot write packets to /dev/full: No space left on device");
}

TEST_CASE("a file that ends within a packet is refused, wherever it ends") {
  const Folder folder;
  const std::string whole = folder / "whole.pcap", cut = folder / "cut.pcap";
  write_pcap(whole, {captured(ipv4()), captured(ipv4())}, PcapLink::Ip);
  const std::string content = content_of(whole);
  constexpr std::size_t header = 24, packet = 16 + 20;
  REQUIRE(content.size() == header + 2 * packet);
  for (std::size_t size = 0; size < content.size(); ++size) {
    std::ofstream(cut, std::ios::binary | std::ios::trunc) << content.substr(0, size);
    const std::string error = error_of([&] { read_pcap(cut, PcapLink::Ip); });
    CAPTURE(size);
    if (size < header)
      CHECK(error.starts_with(std::to_string(EINVAL)));
    else if (size == header || size == header + packet)
      CHECK(error == "no error");
    else
      CHECK(error.starts_with(std::to_string(ENODATA) + ": cannot read packets from " + cut + ": packet " +
                              (size < header + packet ? "1" : "2") + ": truncated dump file"));
  }
}
