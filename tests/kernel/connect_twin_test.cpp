// examples/connect_rewrite and its twin in C on the same connections, since connect(2) has no test run.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "support/cgroup.hpp"
#include "support/object_file.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

namespace {

constexpr int rewritten = 0, as_asked = 201;

/// What came of a connect(2) by a process of the group: an errno, or by getpeername(2) `rewritten`, `as_asked`.
int connect_from(const ControlGroup& group, const NetworkNamespace& place, int type, const std::string& address,
                 std::uint16_t port) {
  const Endpoint endpoint(address, port);
  const Endpoint local(endpoint.family() == AF_INET ? "127.0.0.1" : "::1", 8080);
  return group.run([&] {
    const Socket socket(place, endpoint.family(), type);
    if (connect(socket.fd(), endpoint.address(), endpoint.size) != 0) return errno;
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (getpeername(socket.fd(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return errno;
    if (std::memcmp(&peer, &local.storage, size) == 0) return rewritten;
    return std::memcmp(&peer, &endpoint.storage, size) == 0 ? as_asked : 202;
  });
}

/// An object at work on a group.
struct Attached {
  ObjectFile object;
  detail::os::FileDescriptor links[2];

  Attached(const std::string& path, const ControlGroup& group) : object(path) {
    const detail::os::FileDescriptor folder(open(group.folder().path().c_str(), O_RDONLY));
    links[0] = link("rewrite_ipv4", folder.fd(), BPF_CGROUP_INET4_CONNECT);
    links[1] = link("rewrite_ipv6", folder.fd(), BPF_CGROUP_INET6_CONNECT);
  }

  /// Connections rewritten, and forbidden.
  std::array<std::uint64_t, 2> counts() const {
    std::vector<std::array<std::uint64_t, 2>> values(static_cast<std::size_t>(libbpf_num_possible_cpus()));
    const std::uint32_t first = 0;
    REQUIRE(bpf_map_lookup_elem(object.map("connects"), &first, values.data()) == 0);
    std::array<std::uint64_t, 2> sum{};
    for (const auto& value : values)
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += value[i];
    return sum;
  }

 private:
  detail::os::FileDescriptor link(const char* program, int folder, bpf_attach_type type) const {
    detail::os::FileDescriptor made(bpf_link_create(object.program(program), folder, type, nullptr));
    REQUIRE(made.valid());
    return made;
  }
};

}  // namespace

TEST_CASE("connect_rewrite and its twin in C send every connection to the same place" *
          doctest::test_suite("Cgroup::Connect4, Cgroup::Connect6")) {
  const NetworkNamespace place;
  place.shell("ip link set lo up");
  const TcpListener ipv4(place, "127.0.0.1", 8080), ipv6(place, "::1", 8080), open4(place, "127.0.0.7", 81),
      open6(place, "::1", 81);
  struct Row {
    int type;
    const char* address;
    std::uint16_t port;
    int outcome;
  };
  const Row rows[] = {{SOCK_STREAM, "127.0.0.9", 80, rewritten},
                      {SOCK_STREAM, "10.9.9.9", 80, rewritten},
                      {SOCK_STREAM, "127.0.0.7", 81, as_asked},
                      {SOCK_STREAM, "127.0.0.9", 79, ECONNREFUSED},
                      {SOCK_STREAM, "127.0.0.9", 25, EPERM},
                      {SOCK_DGRAM, "127.0.0.9", 80, as_asked},
                      {SOCK_DGRAM, "127.0.0.9", 25, as_asked},
                      {SOCK_STREAM, "2001:db8::1", 80, rewritten},
                      {SOCK_STREAM, "::1", 81, as_asked},
                      {SOCK_STREAM, "::1", 79, ECONNREFUSED},
                      {SOCK_STREAM, "2001:db8::1", 25, EPERM},
                      {SOCK_DGRAM, "::1", 80, as_asked},
                      {SOCK_STREAM, "127.0.0.9", 0x5000, ECONNREFUSED}};  // 80 in the other byte order
  for (const std::string path :
       {EBPFXX_EXAMPLES "/connect_rewrite/connect_rewrite.bpf.o", EBPFXX_TWINS "/connect_rewrite.c.o"}) {
    CAPTURE(path);
    const ControlGroup group;
    const Attached attached(path, group);
    for (const Row& row : rows) {
      CAPTURE(row.address);
      CAPTURE(row.port);
      CHECK(connect_from(group, place, row.type, row.address, row.port) == row.outcome);
    }
    CHECK(attached.counts() == std::array<std::uint64_t, 2>{3, 2});
  }
}
