#include <doctest/doctest.h>

#include <string>

#include "support/network.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx::test;

namespace {

const std::string lwt_drop = EBPFXX_EXAMPLES "/lwt_drop/lwt_drop.bpf.o";

}  // namespace

TEST_CASE("ip route attaches drop_egress, and it drops") {
  Network network;
  TcpListener closed(network.right, "10.0.0.3", 8080), open(network.right, "10.0.0.3", 9090);
  network.left.shell("ip route add 10.0.0.3/32 encap bpf out obj '" + lwt_drop + "' section lwt_out dev veth0");
  CHECK_FALSE(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 8080));
  CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 9090));
  network.left.shell("ip route delete 10.0.0.3/32");
  CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 8080));
}

TEST_CASE("ip route attaches drop_ingress to a local route with headroom, and it drops one source") {
  Network network;
  TcpListener listener(network.left, "10.0.0.2", 8080);
  network.left.shell("ip route replace table local local 10.0.0.2/32 encap bpf headroom 14 in obj '" + lwt_drop +
                     "' section lwt_in dev veth0");
  CHECK_FALSE(tcp_connects(network.right, "10.0.0.3", "10.0.0.2", 8080));
  CHECK(tcp_connects(network.right, "10.0.0.4", "10.0.0.2", 8080));
}

TEST_CASE("bpftool loads all programs of each example under their names, with BTF and no complaint") {
  NetworkNamespace place;
  for (const std::string example : {"lwt_drop", "lwt_len_hist"}) {
    const std::string object = std::string(EBPFXX_EXAMPLES) + "/" + example + "/" + example + ".bpf.o";
    const std::string pins = "/sys/fs/bpf/ebpfxx-t-" + example;
    const std::string loaded =
        place.shell("rm -rf " + pins + "; bpftool prog loadall '" + object + "' " + pins + " && for pin in " + pins +
                    "/*; do bpftool prog show pinned $pin; done; rm -rf " + pins);
    CAPTURE(loaded);
    CHECK(loaded.find("libbpf:") == std::string::npos);
    CHECK(loaded.find("btf_id") != std::string::npos);
    if (example == "lwt_drop") {
      CHECK(loaded.find("name drop_egress") != std::string::npos);
      CHECK(loaded.find("name drop_ingress") != std::string::npos);
    } else {
      CHECK(loaded.find("name count_lengths") != std::string::npos);
    }
  }
}
