// The packets of the corpus, and each of them cut off at every byte, in the kernel: what is found there is what is
// found natively, by views of XDP's frames and by copies from socket buffers.
#include <bpf/bpf.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <span>
#include <string>
#include <vector>

#include "../corpus/captures.hpp"
#include "../corpus/programs.hpp"

namespace {

using namespace ebpfxx_test;

/// Whether the kernel takes the frame for a test run of a socket buffer: it wants the IP header that an EtherType
/// announces (bpf_prog_test_run_skb in net/bpf/test_run.c).
bool taken_as_socket_buffer(std::span<const std::uint8_t> frame) {
  const unsigned type = static_cast<unsigned>(frame[12] << 8 | frame[13]);
  if (type == 0x0800) return frame.size() >= sizeof(Ethernet) + sizeof(Ipv4);
  if (type == 0x86dd) return frame.size() >= sizeof(Ethernet) + sizeof(Ipv6);
  return true;
}

template <class Hook>
Sightings found_natively(const Program<Hook>& program, std::span<const std::uint8_t> frame) {
  Native native;
  native(program)(frame);
  return native[sightings][0];
}

void run_in_kernel(int program, std::span<const std::uint8_t> frame) {
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = static_cast<std::uint32_t>(frame.size());
  REQUIRE(bpf_prog_test_run_opts(program, &options) == 0);
}

bool equal(const Sightings& left, const Sightings& right) {
  return std::ranges::equal(left.found, right.found, [](const Sighting& one, const Sighting& other) {
    return one.there == other.there && one.bytes == other.bytes;
  });
}

void check(const std::string& capture, const Program<Xdp>& by_views, const Program<Tc::Ingress>& by_copies) {
  auto object = Object::open(by_views, by_copies);
  object.load();
  const int views = object[by_views].fd(), copies = object[by_copies].fd();
  const auto found_by = [&](int program, std::span<const std::uint8_t> frame) {
    object[sightings].set(0, Sightings{});
    run_in_kernel(program, frame);
    return object[sightings][0];
  };
  std::size_t different_sizes = 0;
  for (const Frame& frame : read_capture(EBPFXX_CORPUS "/" + capture + ".pcap")) {
    // Behind 200 bytes nothing but payload changes; there every 50th size does, and the whole frame.
    for (std::size_t size = 14; size <= frame.size();
         size += size < 200 || size == frame.size() ? 1 : std::min<std::size_t>(50, frame.size() - size)) {
      const std::span<const std::uint8_t> cut(frame.data(), size);
      const Sightings natively = found_natively(by_views, cut);
      REQUIRE(equal(found_by(views, cut), natively));
      if (taken_as_socket_buffer(cut)) REQUIRE(equal(found_by(copies, cut), natively));
      ++different_sizes;
    }
  }
  CHECK(different_sizes >= 1000);
}

}  // namespace

#define EBPFXX_WALK(name, capture, ...) \
  TEST_CASE("corpus: " #name) { check(#capture, name##_by_views, name##_by_copies); }
#include "../corpus/walks.inc"
#undef EBPFXX_WALK
