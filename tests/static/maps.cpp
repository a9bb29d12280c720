// What maps take as keys, values and indices, and what `print` takes.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/log/log.hpp>

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
TEST_CASE("keys and values of a hash" * doctest::test_suite("Hash")) {
  static_assert(Mapped<Flow, std::uint64_t> && !Mapped<Padded, std::uint64_t> && !Mapped<Flow, Padded>);
}

template <class Value>
concept PerCpuOf = requires { typename PerCpu<Value>; };
TEST_CASE("values of PerCpu" * doctest::test_suite("PerCpu")) { static_assert(PerCpuOf<Flow> && !PerCpuOf<Padded>); }

inline Map<std::uint32_t, std::uint64_t, Array<4>> four;
template <class Array, std::uint32_t Index>
concept Indexed = requires(const Array& array) { array.template at<Index>(); };
template <class Array, std::uint64_t Low, std::uint64_t High>
concept IndexedIn = requires(const Array& array, Bounded<Low, High> index) { array.at(index); };
TEST_CASE("an index is proven" * doctest::test_suite("Array")) {
  static_assert(Indexed<decltype(four), 0> && Indexed<decltype(four), 3> && !Indexed<decltype(four), 4>);
  static_assert(IndexedIn<decltype(four), 0, 3> && !IndexedIn<decltype(four), 0, 4> &&
                !IndexedIn<decltype(four), 4, 4>);
}

// A plain number is no index, and a hash has no entries by index.
template <class Array>
concept IndexedByNumber = requires(const Array& array, std::uint32_t index) { array.at(index); };
TEST_CASE("a hash has no index" * doctest::test_suite("Array, Hash")) {
  static_assert(!IndexedByNumber<decltype(four)> && !Indexed<Map<std::uint32_t, std::uint64_t>, 0>);
}

// The key's type is the map's.
inline Map<Ipv4Address, std::uint64_t> per_source;
template <class Table, class Key>
concept Found = requires(const Table& map, const Key& key) { map.find(key); };
TEST_CASE("the key is the map's" * doctest::test_suite("Hash")) {
  static_assert(Found<decltype(per_source), Ipv4Address> && !Found<decltype(per_source), std::uint32_t>);
  static_assert(!Found<decltype(per_source), Ipv6Address>);
}

// Hashes of every kind are empty, and take what they are given to no effect.
template <class Kind>
inline Map<std::uint32_t, std::uint64_t, Kind> numbers;
template <class Kind>
constexpr Program<Lwt::Out> set_and_find = [](Lwt::Out::Packet) {
  const bool taken = static_cast<bool>(numbers<Kind>.set(1, 7));
  return taken && !numbers<Kind>.find(1) ? Lwt::Out::Verdict::Ok : Lwt::Out::Verdict::Drop;
};
TEST_CASE("hashes of every kind are empty" * doctest::test_suite("Hash, PerCpuHash, LruHash, LruPerCpuHash")) {
  static_assert(set_and_find<Hash<4>>(ipv4()) == Lwt::Out::Verdict::Ok);
  static_assert(set_and_find<PerCpuHash<4>>(ipv4()) == Lwt::Out::Verdict::Ok);
  static_assert(set_and_find<LruHash<4>>(ipv4()) == Lwt::Out::Verdict::Ok);
  static_assert(set_and_find<LruPerCpuHash<4>>(ipv4()) == Lwt::Out::Verdict::Ok);
}
TEST_CASE("a per-CPU array is indexed as an array is" * doctest::test_suite("PerCpuArray")) {
  static_assert(Indexed<decltype(numbers<PerCpuArray<4>>), 3> && !Indexed<decltype(numbers<PerCpuArray<4>>), 4>);
  static_assert(!IndexedByNumber<decltype(numbers<PerCpuArray<4>>)>);
}

// As many arguments as placeholders, three at most, and only numbers.
template <FixedString Text, class... Arguments>
concept Prints = requires(const Arguments&... arguments) { print<Text>(arguments...); };
static_assert(Prints<"nothing"> && Prints<"{}", std::uint16_t> && Prints<"{:x}", MacAddress>);
static_assert(Prints<"{} {} {}", int, Ipv4Address, IpProtocol>);
static_assert(!Prints<"{}"> && !Prints<"nothing", int> && !Prints<"{} {} {} {}", int, int, int, int>);
static_assert(!Prints<"{}", const char*> && !Prints<"{}", Ipv6Address> && !Prints<"{}", double>);

// Lines of the log go nowhere.
template <FixedString Text, class... Arguments>
concept Logs = requires(const Arguments&... arguments) { log<LogLevel::Info, Text>(arguments...); };
constexpr Program<Lwt::Out> speaking = [](Lwt::Out::Packet packet) {
  log<LogLevel::Error, "{} bytes, marked {:x}">(packet.length(), packet.mark());
  return Lwt::Out::Verdict::Drop;
};
TEST_CASE("a line of the log has an argument for each placeholder" * doctest::test_suite("LogBuffer")) {
  static_assert(Logs<"nothing"> && Logs<"{} {} {} {}", int, Ipv6Address, IpProtocol, std::array<char, 16>>);
  static_assert(!Logs<"{}"> && !Logs<"nothing", int> && !Logs<"{}", double> && !Logs<"{}", const char*>);
  static_assert(speaking(ipv4()) == Lwt::Out::Verdict::Drop);
}

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
TEST_CASE("maps are empty" * doctest::test_suite("Array, Hash")) {
  static_assert(counting(ipv4({.source = "10.0.0.2"})) == Lwt::Out::Verdict::Drop);
}

}  // namespace
