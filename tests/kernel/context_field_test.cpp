#include <doctest/doctest.h>

#include <cstdint>
#include <ebpfxx.hpp>

#include "support/run_program.hpp"

using namespace ebpfxx;

namespace {

/// Every field that the hooks give. The sum keeps the reads from being optimised away.
template <class Packet>
constexpr std::uint32_t sum_of_fields(Packet packet) {
  return packet.length() + packet.packet_type() + packet.mark() + packet.queue_mapping() +
         static_cast<std::uint32_t>(packet.protocol()) + packet.vlan_present() + packet.vlan_tci() +
         static_cast<std::uint32_t>(packet.vlan_protocol()) + packet.priority() + packet.ingress_ifindex() +
         packet.ifindex() + packet.tc_index() + packet.hash() + packet.napi_id() + packet.gso_segments() +
         packet.gso_size() + packet.template control<0>() + packet.template control<4>();
}

template <class Packet>
constexpr void write_fields(Packet packet) {
  packet.set_priority(sum_of_fields(packet));
  packet.set_mark(packet.mark() + 1);
  packet.template set_control<4>(packet.template control<0>() + 2);
}

}  // namespace

inline constexpr Program<Lwt::In> in_fields = [](Lwt::In::Packet packet) {
  write_fields(packet);
  return Lwt::In::Verdict::Ok;
};
inline constexpr Program<Lwt::Out> out_fields = [](Lwt::Out::Packet packet) {
  write_fields(packet);
  return Lwt::Out::Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> xmit_fields = [](Lwt::Xmit::Packet packet) {
  write_fields(packet);
  return Lwt::Xmit::Verdict::Ok;
};

TEST_CASE("each hook gives the context fields it promises, and takes the writes it allows" *
          doctest::test_suite("Lwt::In, Lwt::Out, Lwt::Xmit")) {
  auto object = Object::open(in_fields, out_fields, xmit_fields);
  object.load();
  for (int program : {object[in_fields].fd(), object[out_fields].fd(), object[xmit_fields].fd()}) {
    __sk_buff context{};
    context.mark = 41;
    context.cb[0] = 5;
    const __sk_buff changed = test::run_program(program, context);
    CHECK(changed.mark == 42);
    CHECK(changed.cb[4] == 7);
    CHECK(changed.priority >= 50 + 41 + 5);
  }
}
