// What LLVM cannot express in BPF, for reasons that no other rule names.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: assembly of BPF, and assembly around the programs

inline constexpr Program<Lwt::Out> of_bpf = [](Packet packet) {
  std::uint64_t length = packet.length();
  asm volatile("%0 += 14" : "+r"(length));
  return length > 1000 ? Drop : Ok;
};

inline std::uint32_t time_stamp() {
  std::uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return low ^ high;
}

#elif CASE == 1  // assembly of another machine
// kernel takes it: LLVM leaves the statement out
inline constexpr Program<Lwt::Out> of_another_machine = [](Packet packet) {
  std::uint32_t low = packet.length();
  // error: this is no BPF assembly: invalid register/token name [ebpfxx-unsupported]
  asm volatile("rdtsc" : "+r"(low));
  return low > 1000 ? Drop : Ok;
};
#endif
