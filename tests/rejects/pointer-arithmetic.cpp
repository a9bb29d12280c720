// The bits of an address as a number.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline Map<std::uint32_t, std::uint32_t> numbers;

#if CASE == 0  // accepted: pointers compared and subtracted

inline constexpr Program<Lwt::Out> difference = [](Packet packet) {
  std::uint32_t words[4] = {packet.mark(), 1, 2, packet.hash()};
  const std::uint32_t* found = words;
  while (found != words + 4 && *found != packet.length()) ++found;
  packet.set_mark(static_cast<std::uint32_t>(found - words) * 3);
  return Ok;
};

inline constexpr Program<Lwt::Out> compared = [](Packet packet) {
  auto one = numbers.find(packet.mark());
  auto other = numbers.find(packet.hash());
  return one && other && &*one == &*other ? Drop : Ok;
};

#elif CASE == 1  // masked
// kernel: pointer operation prohibited|pointer arithmetic prohibited|bitwise operator &= on pointer prohibited
inline constexpr Program<Lwt::Out> masked = [](Packet packet) {
  auto found = numbers.find(packet.mark());
  if (!found) return Drop;
  // error: computes with the bits of an address; add to addresses and subtract from them only, compute with offsets
  // [ebpfxx-pointer-arithmetic]
  packet.set_mark(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&*found) & 0xfff8));
  return Ok;
};

#elif CASE == 2  // hashed
// kernel: pointer operation prohibited|pointer arithmetic prohibited|math between fp pointer and
inline constexpr Program<Lwt::Out> hashed = [](Packet packet) {
  std::uint32_t words[2] = {packet.mark(), packet.hash()};
  asm volatile("" : : "r"(words) : "memory");
  // explained: array-bounds
  // error: computes with the bits of an address; add to addresses and subtract from them only, compute with offsets
  // [ebpfxx-pointer-arithmetic]
  packet.set_mark(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(words) * 2654435761U >> 16));
  return Ok;
};

#elif CASE == 3  // of the packet's address, by a byte that is written to the view
// kernel: math between pkt pointer and|bitwise operator &= on pointer|pointer arithmetic prohibited
inline constexpr Program<Tc::Ingress> written = [](Tc::Ingress::Packet packet) {
  auto view = packet.bytes().require<20>();
  if (!view) return Tc::Ingress::Verdict::Drop;
  // explained: array-bounds
  // error: computes with the bits of an address; add to addresses and subtract from them only, compute with offsets
  // [ebpfxx-pointer-arithmetic]
  *const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(view.operator->())) = 1;
  packet.set_mark(view->at<Ipv4>().ttl);
  return Tc::Ingress::Verdict::Ok;
};
#endif
