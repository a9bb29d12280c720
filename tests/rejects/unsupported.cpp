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

#elif CASE == 2  // a counter of cycles
// kernel takes it: LLVM reads 0
inline constexpr Program<Lwt::Out> cycles = [](Packet packet) {
  // error: counts cycles, for which BPF has no instruction; take monotonic_time() [ebpfxx-unsupported]
  packet.set_mark(__builtin_readcyclecounter());
  return Ok;
};

#elif CASE == 3  // arguments of any number
// no object: LLVM cannot select vastart
inline int sum(int count, ...) {
  __builtin_va_list arguments;
  // error: takes arguments of any number by va_list, for which BPF has no instructions; use a template with a parameter
  // pack, which is inlined [ebpfxx-unsupported]
  __builtin_va_start(arguments, count);
  const int first = __builtin_va_arg(arguments, int);
  __builtin_va_end(arguments);
  return first;
}
inline constexpr Program<Lwt::Out> any_number = [](Packet packet) {
  packet.set_mark(sum(1, 7));
  return Ok;
};

#elif CASE == 4  // a computed jump
// no object: LLVM cannot select BlockAddress
inline constexpr Program<Lwt::Out> computed = [](Packet packet) {
  void* ways[] = {&&first, &&second};
  // error: jumps to a label that is computed, for which BPF has no instruction; use a switch [ebpfxx-unsupported]
  goto* ways[packet.mark() & 1];
first:
  packet.set_mark(3);
second:
  return Ok;
};

#elif CASE == 5  // an instruction of another machine, by a builtin
// no object: LLVM cannot select it
inline constexpr Program<Lwt::Out> of_another_machine = [](Packet packet) {
  // error: uses the instruction 'x86.rdtsc' of another machine; leave it to the application [ebpfxx-unsupported]
  packet.set_mark(__builtin_ia32_rdtsc());
  return Ok;
};

#elif CASE == 6  // a stop for a debugger
// no object: LLVM calls 'abort'
inline constexpr Program<Lwt::Out> stops = [](Packet) {
  // error: stops for a debugger, and nothing stops a program; leave it out [ebpfxx-unsupported]
  __builtin_debugtrap();
  return Ok;
};

#elif CASE == 7  // who called
// no object: LLVM has no opcode for it
inline constexpr Program<Lwt::Out> caller = [](Packet packet) {
  // error: asks for the addresses of functions that called it, of which a program has none [ebpfxx-unsupported]
  packet.set_mark(__builtin_return_address(0) != nullptr);
  return Ok;
};

#elif CASE == 8  // nothing but what C++ leaves undefined
// no object: libbpf cannot read a program without instructions
// error: every run of this program is undefined in C++, as by __builtin_unreachable() or by reading through a null
// pointer, so LLVM leaves nothing of it [ebpfxx-unsupported]
inline constexpr Program<Lwt::Out> undefined = [](Packet packet) {
  packet.set_mark(1);
  __builtin_unreachable();
  return Ok;
};
#endif
