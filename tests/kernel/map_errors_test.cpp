// What maps refuse, and how they say it: one body for a kernel's maps and for native ones, so that they cannot drift
// apart.
#include <bpf/bpf.h>
#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <span>
#include <vector>

#include "support/run_program.hpp"

using namespace ebpfxx;

using Key = std::uint32_t;
using Value = std::uint64_t;

inline Map<Key, Value, Hash<2>> hash;
inline Map<Key, Value, PerCpuHash<2>> per_cpu_hash;
inline Map<Key, Value, LruHash<64>> recent;
inline Map<Key, Value, Array<3>> array;
inline Map<Key, Value, PerCpuArray<3>> per_cpu_array;
inline Map<Prefix<Ipv4Address>, Value, LpmTrie<2>> trie;

struct Record {
  std::array<std::uint64_t, 127> numbers;
};
inline RingBuffer<4096, Record> ring;

/// A helper that a program is to call, and with what. `bits`: of a prefix.
enum class Call : std::uint32_t { Lookup, Update, Erase, Submit };
enum class Which : std::uint32_t { Hash, PerCpuHash, Recent, Array, PerCpuArray, Trie, Ring };
struct Request {
  Call call;
  Which map;
  Key key, bits;
  Value value;
  std::uint64_t flags;
};
inline constexpr Global<Request> request = Request{};
/// What the helper gave: an error as a negative number; for a lookup the value, or -ENOENT.
inline constexpr Global<std::int64_t> result = std::int64_t{0};

/// The helpers themselves, whose arguments the language does not let be wrong.
template <auto& Variable, class MapKey>
constexpr std::int64_t call_map(const Request& wanted, const MapKey& key) {
  switch (wanted.call) {
    case Call::Update: {
      const Value value = wanted.value;
      return ebpfxx::detail::map_update(Variable, key, value, wanted.flags);
    }
    case Call::Erase:
      return ebpfxx::detail::map_erase(Variable, key);
    default: {
      const Value* found = ebpfxx::detail::map_lookup(Variable, key);
      return found == nullptr ? -ENOENT : static_cast<std::int64_t>(*found);
    }
  }
}
