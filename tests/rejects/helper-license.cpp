// A helper that the kernel gives to GPL-compatible programs only.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::In::Verdict;

#if CASE == 0  // accepted: with a compatible licence

EBPFXX_LICENSE("Dual MIT/GPL");
inline constexpr Program<Lwt::In> prints = [](Lwt::In::Packet packet) {
  print<"{} bytes">(packet.length());
  return Ok;
};

#elif CASE == 1  // `print` in a program under another one
// kernel: cannot call GPL-restricted function from non-GPL compatible program
EBPFXX_LICENSE("MIT");
inline constexpr Program<Lwt::In> prints = [](Lwt::In::Packet packet) {
  // error: calls 'print' (helper 'trace_printk'), which is for GPL-compatible programs, the licence is 'MIT'; do
  // without it, or choose a compatible one, as 'Dual MIT/GPL' [ebpfxx-helper-license]
  print<"{} bytes">(packet.length());
  return Ok;
};

#elif CASE == 2  // a licence that is spelled otherwise than the kernel reads it
// kernel: cannot call GPL-restricted function from non-GPL compatible program
EBPFXX_LICENSE("GPL-2.0");
inline constexpr Program<Lwt::In> prints = [](Lwt::In::Packet packet) {
  // error: calls 'print' (helper 'trace_printk'), which is for GPL-compatible programs, the licence is 'GPL-2.0'; do
  // without it, or choose a compatible one, as 'Dual MIT/GPL' [ebpfxx-helper-license]
  print<"{} bytes">(packet.length());
  return Ok;
};

#elif CASE == 3  // in a function that the program calls
// kernel: cannot call GPL-restricted function from non-GPL compatible program
EBPFXX_LICENSE("Proprietary");
inline void trace(std::uint32_t bytes) {
  // error: calls 'print' (helper 'trace_printk'), which is for GPL-compatible programs, the licence is 'Proprietary';
  // do without it, or choose a compatible one, as 'Dual MIT/GPL' [ebpfxx-helper-license]
  print<"{} bytes">(bytes);
}
inline constexpr Program<Lwt::In> prints = [](Lwt::In::Packet packet) {
  // note: called here
  trace(packet.length());
  return Ok;
};
#endif
