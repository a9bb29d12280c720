// What maps take as keys, values and indices, and what `print` takes.
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

struct Flow {
  Ipv4Address source, destination;
  BigEndian<std::uint16_t> source_port, destination_port;
};
struct Padded {
  std::uint8_t small;
  std::uint32_t large;
};
struct WithPointer {
  std::uint8_t number;
  const char* name;
};
struct WithVirtual {
  virtual void call();
};

static_assert(MapKey<Flow> && MapKey<Ipv4Address> && MapKey<Ipv6Address> && MapKey<MacAddress> && MapKey<Ipv4>);
static_assert(MapKey<std::uint32_t> && MapKey<IpProtocol> && MapKey<BigEndian<std::uint16_t>>);
static_assert(!MapKey<Padded> && !MapKey<WithPointer> && !MapKey<WithVirtual> && !MapKey<int&> && !MapKey<float>);
static_assert(MapValue<Flow> && !MapValue<Padded>);

template <class Key, class Value>
concept Mapped = requires { typename Map<Key, Value>; };
static_assert(Mapped<Flow, std::uint64_t> && !Mapped<Padded, std::uint64_t> && !Mapped<Flow, Padded>);

template <class Value>
concept PerCpuOf = requires { typename PerCpu<Value>; };
static_assert(PerCpuOf<Flow> && !PerCpuOf<Padded>);

inline Map<std::uint32_t, std::uint64_t, Array<4>> four;
template <class Array, std::uint32_t Index>
concept Indexed = requires(const Array& array) { array.template at<Index>(); };
template <class Array, std::uint64_t Low, std::uint64_t High>
concept IndexedIn = requires(const Array& array, Bounded<Low, High> index) { array.at(index); };
static_assert(Indexed<decltype(four), 0> && Indexed<decltype(four), 3> && !Indexed<decltype(four), 4>);
static_assert(IndexedIn<decltype(four), 0, 3> && !IndexedIn<decltype(four), 0, 4> && !IndexedIn<decltype(four), 4, 4>);

// A plain number is no index, and a hash has no entries by index.
template <class Array>
concept IndexedByNumber = requires(const Array& array, std::uint32_t index) { array.at(index); };
static_assert(!IndexedByNumber<decltype(four)> && !Indexed<Map<std::uint32_t, std::uint64_t>, 0>);

// The key's type is the map's.
inline Map<Ipv4Address, std::uint64_t> per_source;
template <class Table, class Key>
concept Found = requires(const Table& map, const Key& key) { map.find(key); };
static_assert(Found<decltype(per_source), Ipv4Address> && !Found<decltype(per_source), std::uint32_t>);
static_assert(!Found<decltype(per_source), Ipv6Address>);

// As many arguments as placeholders, three at most, and only numbers.
template <FixedString Text, class... Arguments>
concept Prints = requires(const Arguments&... arguments) { print<Text>(arguments...); };
static_assert(Prints<"nothing"> && Prints<"{}", std::uint16_t> && Prints<"{:x}", MacAddress>);
static_assert(Prints<"{} {} {}", int, Ipv4Address, IpProtocol>);
static_assert(!Prints<"{}"> && !Prints<"nothing", int> && !Prints<"{} {} {} {}", int, int, int, int>);
static_assert(!Prints<"{}", const char*> && !Prints<"{}", Ipv6Address> && !Prints<"{}", double>);

// A filter with maps runs in constant evaluation; there they are empty.
inline constexpr Program<Lwt::Out> counting = [](Lwt::Out::Packet packet) {
  using enum Lwt::Out::Verdict;
  auto ip = packet.parse<Ipv4>();
  if (!ip) return Ok;
  four.at<0>().update([](std::uint64_t& count) { count += 1; });
  four.at(Bounded<0, 3>::clamped(packet.length())).update([](std::uint64_t& count) { count += 1; });
  if (auto count = per_source.find(ip->source)) return Ok;
  print<"{} was not seen before">(ip->source);
  return Drop;
};
static_assert(counting(ipv4({.source = "10.0.0.2"})) == Lwt::Out::Verdict::Drop);

}  // namespace
