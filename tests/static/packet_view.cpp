// Proven bytes: what a view lets a program read and write, and where each permission ends.
#include <cstdint>

#include <ebpfxx/packet/packet_view.hpp>
#include <ebpfxx/packet/parsed.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/udp.hpp>

using namespace ebpfxx;

namespace {

template <std::size_t Proven, Interval Offset = Interval{}>
using Reading = PacketView<PacketAccess::ReadOnly, Proven, Offset>;
template <std::size_t Proven>
using Writing = PacketView<PacketAccess::ReadWrite, Proven, Interval{}>;

template <class View, class Header, std::size_t At>
concept Reads = requires(const View& view) { view.template at<Header, At>(); };
template <class View, class Header, std::size_t At>
concept Writes = requires(const View& view, const Header& header) { view.template write<At>(header); };
template <class View, std::size_t Bytes>
concept Requires = requires(const View& view) { view.template require<Bytes>(); };
template <class View, class Header>
concept Parses = requires(const View& view) { view.template parse<Header>(); };

// Exactly the proven bytes, not one more.
static_assert(Reads<Reading<20>, Ipv4, 0> && !Reads<Reading<19>, Ipv4, 0> && !Reads<Reading<20>, Ipv4, 1>);
static_assert(Reads<Reading<28>, Udp, 20> && !Reads<Reading<27>, Udp, 20> && !Reads<Reading<28>, Udp, 21>);
static_assert(Writes<Writing<20>, Ipv4, 0> && !Writes<Writing<19>, Ipv4, 0> && !Writes<Writing<20>, Ipv4, 1>);

// A hook that only reads gives no way to write.
static_assert(!Writes<Reading<20>, Ipv4, 0>);
static_assert(!std::is_assignable_v<
              decltype((detail::packet::HeaderAccess<Ipv4, PacketAccess::ReadOnly>(nullptr).operator->()->ttl)),
              std::uint8_t>);
static_assert(std::is_assignable_v<
              decltype((detail::packet::HeaderAccess<Ipv4, PacketAccess::ReadWrite>(nullptr).operator->()->ttl)),
              std::uint8_t>);

// Up to where the verifier follows packet offsets.
static_assert(Requires<Reading<0>, 65535> && !Requires<Reading<0>, 65536>);
static_assert(Parses<Reading<0, Interval{0, 65515}>, Ipv4> && !Parses<Reading<0, Interval{0, 65516}>, Ipv4>);

// Only descriptions of bytes are headers.
struct Aligned {
  std::uint32_t number;
};
struct NotCopyable {
  std::uint8_t number;
  NotCopyable(const NotCopyable&);
};
static_assert(PacketHeader<Ipv4> && !PacketHeader<Aligned> && !PacketHeader<NotCopyable>);

// Skipping keeps what is left of the proof, and moves the offset.
using SkippedFixed = decltype(std::declval<Reading<28>>().skip<20>());
static_assert(std::is_same_v<SkippedFixed, Reading<8, Interval{20, 20}>>);
using SkippedTooFar = decltype(std::declval<Reading<10>>().skip<20>());
static_assert(std::is_same_v<SkippedTooFar, Reading<0, Interval{20, 20}>>);
using SkippedVariable = decltype(std::declval<Reading<28>>().skip(Bounded<20, 60>::clamped(0)));
static_assert(std::is_same_v<SkippedVariable, Reading<0, Interval{20, 60}>>);

constexpr std::array<std::uint8_t, 4> four{1, 2, 3, 4};
constexpr Reading<0> view_of_four(detail::packet::Cursor<PacketAccess::ReadOnly>{four.data(), four.data() + 4});

using Pair = BigEndian<std::uint16_t>;
static_assert(view_of_four.require<4>() && !view_of_four.require<5>());
static_assert(view_of_four.require<4>()->at<Pair, 2>() == 0x0304);
static_assert(view_of_four.skip<2>().require<2>() && !view_of_four.skip<2>().require<3>());
static_assert(view_of_four.skip<4>().require<0>() && !view_of_four.skip<5>().require<0>());
static_assert(*view_of_four.skip<2>().parse<Pair>() == 0x0304 && !view_of_four.skip<3>().parse<Pair>());
static_assert(*view_of_four.skip(Bounded<0, 3>::clamped(1)).parse<Pair>() == 0x0203);
static_assert(!view_of_four.skip(Bounded<0, 3>::clamped(9)).parse<Pair>());

static_assert([] {
  std::array<std::uint8_t, 4> bytes{};
  const Writing<0> view(detail::packet::Cursor<PacketAccess::ReadWrite>{bytes.data(), bytes.data() + 4});
  auto proven = view.require<3>();
  if (!proven) return false;
  proven->write<1>(Pair(0x0506));
  return bytes == std::array<std::uint8_t, 4>{0, 5, 6, 0};
}());

static_assert(Bounded<20, 60>::clamped(19).value() == 20 && Bounded<20, 60>::clamped(61).value() == 60);

}  // namespace
