/// Programs with a fault that the verifier would refuse, for AddressSanitizer to find: sanitized <fault>.
#include <cstdint>
#include <iostream>
#include <string_view>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

Map<std::uint32_t, std::uint64_t> map;

constexpr Program<Lwt::Out> read_last_byte = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Drop;
  const volatile std::uint8_t* bytes = &ip->version_and_ihl;
  return bytes[39] == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> read_behind_the_packet = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Drop;
  const volatile std::uint8_t* bytes = &ip->version_and_ihl;
  return bytes[40] == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

constexpr Program<Lwt::Out> use_after_erase = [](Lwt::Out::Packet) {
  auto value = map.find(1);
  if (!value || !map.erase(1)) return Lwt::Out::Verdict::Drop;
  const volatile std::uint64_t* erased = &*value;
  return *erased == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view fault = argc == 2 ? argv[1] : "";
  Native native;
  native[map].set(1, 10);
  const auto packet = packet_bytes(ipv4() / tcp({.destination = 8080}));
  if (fault == "nothing") return native(read_last_byte, packet) == Lwt::Out::Verdict::Ok ? 0 : 1;
  if (fault == "read-behind-the-packet") native(read_behind_the_packet, packet);
  if (fault == "use-after-erase") native(use_after_erase, packet);
  std::cout << "AddressSanitizer saw nothing\n";
  return 1;
}
