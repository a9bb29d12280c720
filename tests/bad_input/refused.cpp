/// Loads a program that the kernel refuses: `refused reckless` always, `refused modern` on a kernel older than those
/// that the target is built for, `refused computing` from a user without CAP_PERFMON.
#include <ebpfxx.hpp>
#include <iostream>
#include <string_view>

using namespace ebpfxx;

/// Reads where the packet's length points to.
inline constexpr Program<Lwt::Out> reckless = [](Lwt::Out::Packet packet) {
  const auto* nowhere = reinterpret_cast<const volatile std::uint32_t*>(static_cast<std::uintptr_t>(packet.length()));
  return *nowhere == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

/// Divides with sign, for which kernels have an instruction from 6.6 on.
inline constexpr Program<Lwt::Out> modern = [](Lwt::Out::Packet packet) {
  const auto mark = static_cast<std::int32_t>(packet.mark());
  return mark / static_cast<std::int32_t>(packet.length() | 1) < -1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

/// Reads where an earlier byte of the packet points to.
inline constexpr Program<Lwt::Out> computing = [](Lwt::Out::Packet packet) {
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Lwt::Out::Verdict::Ok;
  auto tcp = ip.next<Tcp>();
  return tcp && tcp->destination == 80 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;
};

int main(int, char** argv) {
  const std::string_view name = argv[1];
  try {
    auto object = Object::open(name == "modern" ? modern : name == "computing" ? computing : reckless);
    object.load();
    std::cerr << "refused: the kernel takes it\n";
  } catch (const Error& error) {
    std::cerr << "refused: " << error.what() << '\n';
    return 1;
  }
}
