#include <bpf/libbpf.h>
#include <doctest/doctest.h>

#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <string>

#include "support/network.hpp"
#include "support/sockets.hpp"

using namespace ebpfxx::test;

namespace {

const std::string lwt_drop = EBPFXX_EXAMPLES "/lwt_drop/lwt_drop.bpf.o";
const std::string tc_rewrite = EBPFXX_EXAMPLES "/tc_rewrite/tc_rewrite.bpf.o";

std::string warnings;

int keep_warnings(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  char line[1024];
  const int size = std::vsnprintf(line, sizeof line, format, arguments);
  warnings += line;
  return size;
}

/// What libbpf complains of when the kernel is given the object's BTF and nothing else.
std::string complaints_about_btf(const std::string& path) {
  warnings.clear();
  const libbpf_print_fn_t before = libbpf_set_print(keep_warnings);
  bpf_object* object = bpf_object__open_file(path.c_str(), nullptr);
  REQUIRE(object != nullptr);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) bpf_program__set_autoload(program, false);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) bpf_map__set_autocreate(map, false);
  const int result = bpf_object__load(object);
  bpf_object__close(object);
  libbpf_set_print(before);
  return result == 0 ? warnings : "not loaded: " + warnings;
}

}  // namespace

TEST_CASE("the kernel takes the BTF of every object that the tests build") {
  int objects = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(EBPFXX_TEST_OBJECTS)) {
    const std::string path = entry.path();
    if (!path.ends_with(".bpf.o") || path.ends_with("_cpp.bpf.o")) continue;
    CAPTURE(path);
    CHECK(complaints_about_btf(path) == "");
    ++objects;
  }
  CHECK(objects >= 5);
}

TEST_CASE("ip route attaches drop_egress, and it drops" * doctest::test_suite("Lwt::Out")) {
  Network network;
  TcpListener closed(network.right, "10.0.0.3", 8080), open(network.right, "10.0.0.3", 9090);
  network.left.shell("ip route add 10.0.0.3/32 encap bpf out obj '" + lwt_drop + "' section lwt_out dev veth0");
  CHECK_FALSE(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 8080));
  CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 9090));
  network.left.shell("ip route delete 10.0.0.3/32");
  CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 8080));
}

TEST_CASE("ip route attaches drop_ingress to a local route with headroom, and it drops one source" *
          doctest::test_suite("Lwt::In")) {
  Network network;
  TcpListener listener(network.left, "10.0.0.2", 8080);
  network.left.shell("ip route replace table local local 10.0.0.2/32 encap bpf headroom 14 in obj '" + lwt_drop +
                     "' section lwt_in dev veth0");
  CHECK_FALSE(tcp_connects(network.right, "10.0.0.3", "10.0.0.2", 8080));
  CHECK(tcp_connects(network.right, "10.0.0.4", "10.0.0.2", 8080));
}

TEST_CASE("tc attaches both programs of tc_rewrite, and they rewrite ports" *
          doctest::test_suite("Tc::Ingress, Tc::Egress")) {
  Network network;
  TcpListener listener(network.right, "10.0.0.3", 8080);
  CHECK_FALSE(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 80));
  network.right.shell("tc qdisc add dev veth1 clsact && tc filter add dev veth1 ingress bpf direct-action obj '" +
                      tc_rewrite +
                      "' program rewrite_requests && tc filter add dev veth1 egress bpf direct-action obj '" +
                      tc_rewrite + "' program rewrite_answers");
  CHECK(tcp_connects(network.left, "10.0.0.2", "10.0.0.3", 80));
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
