// Maps, ring buffers and variables of sizes that the kernel or the language does not have.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

template <std::size_t Size>
struct Bytes {
  std::uint8_t bytes[Size];
};

#if CASE == 0  // accepted: the largest

inline PerCpu<Bytes<32768>> per_cpu;
inline Map<std::uint32_t, Bytes<32768>, PerCpuHash<2>> per_cpu_hash;
inline Map<std::uint32_t, Bytes<(4 << 20) - 69>, Hash<1>> hash;
inline Map<std::uint32_t, Bytes<32776>, Array<2>> array;
inline RingBuffer<4096, Bytes<4080>> ring;
inline constexpr Config<std::uint64_t> config = 7;
inline constexpr Global<std::uint64_t> global = 7;
inline constexpr Program<Lwt::Out> uses_them = [](Packet packet) {
  per_cpu.update([](auto& value) { value.bytes[32767] += 1; });
  per_cpu_hash.with(1, [](auto& value) { value.bytes[32767] += 1; });
  hash.with(1, [](auto& value) { value.bytes[(4 << 20) - 70] = 1; });
  array.at<1>().update([](auto& value) { value.bytes[32775] = 1; });
  if (auto record = ring.reserve<Bytes<4080>>()) record.submit();
  return packet.length() > config + global.value() ? Drop : Ok;
};

#elif CASE == 1  // a value per CPU
// no program: no kernel creates the map
// error: 'large' has values of 32769 bytes, the kernel keeps up to 32768 bytes per CPU; split the value, or use a Hash
// or an Array, whose values all CPUs share [ebpfxx-map-size]
inline PerCpu<Bytes<32769>> large;

#elif CASE == 2  // a value per CPU of a hash
// no program: no kernel creates the map
// error: 'large' has values of 40000 bytes, the kernel keeps up to 32768 bytes per CPU; split the value, or use a Hash
// or an Array, whose values all CPUs share [ebpfxx-map-size]
inline Map<std::uint32_t, Bytes<40000>, LruPerCpuHash<16>> large;

#elif CASE == 3  // a key and a value
// no program: no kernel creates the map
// error: 'large' has keys and values of 4194240 bytes together, the kernel allocates less than 4194240 bytes for one;
// split the value, or use an Array [ebpfxx-map-size]
inline Map<std::uint32_t, Bytes<(4 << 20) - 68>, Hash<1>> large;

#elif CASE == 4  // the value of a prefix
// no program: no kernel creates the map
// error: 'large' has values of 4194001 bytes, the kernel allocates up to 4194000 bytes for one; split the value, or
// keep an index of an Array [ebpfxx-map-size]
inline Map<Prefix<Ipv4Address>, Bytes<4194001>, LpmTrie<1>> large;

#elif CASE == 5  // entries
// no program: no kernel creates the map
// error: 'many' has 2147483649 entries, a hash of the kernel has up to 2147483648; give it as many as it needs
// [ebpfxx-map-size]
inline Map<std::uint32_t, std::uint64_t, Hash<2147483649>> many;

#elif CASE == 6  // a record that never fits
// no program: the kernel takes it, and every record is dropped
// error: 'ring' has records of 4081 bytes, 'Bytes<4081>', which never fit its 4096 bytes; make it 8192 or larger
// [ebpfxx-map-size]
inline RingBuffer<4096, Bytes<4081>> ring;

#elif CASE == 7  // a ring buffer
// no object: there is no such class
// host: refused
// error: is no RingBuffer [with Bytes = 5000, Records = <unsigned long>]: its size is a power of two from 4096 to
// 2147483648, and its types of records follow [ebpfxx-map-size]
inline RingBuffer<5000, std::uint64_t> ring;

#elif CASE == 8  // a Config
// no object: there is no such class
// host: refused
// error: is no Config [with T = Bytes<16>]: it holds 1, 2, 4 or 8 bytes that can be copied; use several, or a map
// [ebpfxx-map-size]
inline constexpr Config<Bytes<16>> limits = Bytes<16>{};

#elif CASE == 9  // a Global
// no object: there is no such class
// host: refused
// error: is no Global [with T = Bytes<3>]: it holds 1, 2, 4 or 8 bytes that can be copied; use several, or a map
// [ebpfxx-map-size]
inline constexpr Global<Bytes<3>> limits = Bytes<3>{};

#elif CASE == 10  // a map without an entry, which the class of its kind refuses
// no object: the assertion is false
// error: a map holds at least one entry
inline Map<std::uint32_t, std::uint64_t, Hash<0>> empty;
#endif
