// Big-endian fields compare, convert and lie in memory as they promise.
#include <cstdint>

#include <ebpfxx/net/ether_type.hpp>
#include <ebpfxx/number/big_endian.hpp>
#include <ebpfxx/packet/cursor.hpp>

using namespace ebpfxx;

namespace {

using Port = BigEndian<std::uint16_t>;
using Number = BigEndian<std::uint32_t>;
using Type = BigEndian<EtherType>;

// The bytes are in network order, and there is nothing else.
static_assert(detail::packet::bytes_of(Port(0x1234)) == std::array<std::uint8_t, 2>{0x12, 0x34});
static_assert(detail::packet::bytes_of(Number(0x12345678)) == std::array<std::uint8_t, 4>{0x12, 0x34, 0x56, 0x78});
static_assert(detail::packet::bytes_of(BigEndian<std::uint64_t>(1)) ==
              std::array<std::uint8_t, 8>{0, 0, 0, 0, 0, 0, 0, 1});
static_assert(sizeof(Number) == 4 && alignof(Number) == 1);
static_assert(std::has_unique_object_representations_v<Number> && std::is_trivially_copyable_v<Number>);

// Host numbers, signed ones too: nothing is cut off.
static_assert(Port(8080) == 8080 && Port(8080) == 8080U && Port(8080) == std::uint64_t{8080});
static_assert(Port(8080) != 8080 + 65536 && Port(8080) != 8080U + 65536U);
static_assert(Number(7) != std::uint64_t{7} + (std::uint64_t{1} << 32));
static_assert(8080 == Port(8080) && 8081 != Port(8080));
static_assert(Port(8080) < 8081 && Port(8080) > 8079 && Port(8080) <= 8080 && Port(0x0100) > Port(0x00ff));
static_assert(Port(0xffff) < 65536 && Port(0xffff) < std::uint32_t{65536});
static_assert(Port(8080).value() == 8080);
static_assert([](int number, int negative) {
  return Port(80) == number && number < Port(81) && Port(0xffff) != negative && Port(0) > negative &&
         negative < Port(0);
}(80, -1));
static_assert([](std::int64_t number) { return Number(0xffffffff) != number && Number(0) > number; }(-1));

// They are no numbers.
template <class From, class To>
concept Converts = std::is_convertible_v<From, To> || std::is_constructible_v<To, From>;
static_assert(!Converts<Port, std::uint16_t> && !Converts<Port, std::uint64_t> && !Converts<Port, bool>);
static_assert(!Converts<Port, Number> && !Converts<Type, EtherType>);
template <class Field>
concept Computes = requires(Field field) { field + 1; } || requires(Field field) { field - field; } ||
                   requires(Field field) { field += 1; } || requires(Field field) { ++field; } ||
                   requires(Field field) { ~field; } || requires(Field field) { !field; };
static_assert(!Computes<Port> && !Computes<Type>);

// Assigned from numbers that fit.
static_assert([] {
  Port port;
  port = 65535;
  const std::uint8_t small = 80;
  port = small;
  return port == 80;
}());

// Enumerators only with their own kind.
static_assert(Type(EtherType::Ipv6) == EtherType::Ipv6 && Type(EtherType::Ipv6) != EtherType::Ipv4);
template <class Left, class Right>
concept Comparable = requires(Left left, Right right) { left == right; };
static_assert(Comparable<Type, EtherType> && Comparable<Port, std::uint64_t>);
static_assert(!Comparable<Type, unsigned> && !Comparable<Type, int> && !Comparable<Port, EtherType>);
static_assert(!Comparable<Port, Number>);
static_assert(!std::is_constructible_v<Type, unsigned> && !std::is_constructible_v<Type, int>);
static_assert(!std::is_constructible_v<Port, EtherType> && !std::is_constructible_v<Port, double>);

}  // namespace
