// What hands out a copy hands it out constant: a change that nobody would see does not compile.
#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <ebpfxx/language.hpp>
#include <ebpfxx/packet/host_name.hpp>

using namespace ebpfxx;

namespace {

/// Whether `copy(object)` takes a new value, in whole.
template <class Object, class Value, class Copy>
constexpr bool takes(Copy) {
  return std::is_assignable_v<std::invoke_result_t<Copy, const Object&>, Value>;
}

struct Counts {
  Ipv4Address last;
  std::uint32_t packets;
};

constexpr auto dereferenced = [](const auto& object) -> decltype(auto) { return *object; };
constexpr auto value_of = [](const auto& object) -> decltype(auto) { return object.value(); };

// What is a reference into a map takes one, so the question is the right one.
static_assert(takes<LookupResult<Counts>, Counts>(dereferenced) && takes<ReservedRecord<Counts>, Counts>(dereferenced));

template <PacketAccess A>
using Header = Parsed<Ethernet, A, Interval{}>;
static_assert(!takes<Header<PacketAccess::ReadWrite>, Ethernet>(dereferenced));
static_assert(!takes<Header<PacketAccess::ReadOnly>, Ethernet>(dereferenced));
static_assert(!takes<Copied<Ethernet, SocketFilter::Packet>, Ethernet>(dereferenced));

template <PacketAccess A>
using View = PacketView<A, 14, Interval{}>;
static_assert(!takes<View<PacketAccess::ReadWrite>::Checked, View<PacketAccess::ReadWrite>>(dereferenced));
static_assert(!takes<View<PacketAccess::ReadWrite>, Ethernet>([](const auto& view) -> decltype(auto) {
  return view.template at<Ethernet>();
}));

static_assert(!takes<Narrowed<Bounded<0, 3>>, Bounded<0, 3>>(dereferenced));
static_assert(!takes<SummedBytes<PayloadBytes>, ChecksumParts<PayloadBytes>>(dereferenced));
static_assert(!takes<FoundValue<Counts>, Counts>(dereferenced) && !takes<KernelRead<Counts>, Counts>(dereferenced));

static_assert(!takes<detail::map::Element<Counts>, Counts>(value_of) && !takes<PerCpu<Counts>, Counts>(value_of));
static_assert(!takes<Global<Ipv4Address>, Ipv4Address>(value_of) && !takes<Config<Ipv4Address>, Ipv4Address>(value_of));
static_assert(!takes<Global<std::uint32_t>, std::uint32_t>([](const auto& global) -> decltype(auto) {
  return global;
}));

using Outcome = PacketOutcome<Xdp, 14>;
static_assert(!takes<Outcome, Ethernet>([](const auto& outcome) -> decltype(auto) {
  return outcome.template at<Ethernet>();
}));

// Nor a field of it.
template <class Found>
concept FieldOfCopyAssigned = requires(const Found& found) { (*found).destination = MacAddress(); };
template <class Found>
concept FieldAssigned = requires(const Found& found) { found->destination = MacAddress(); };
static_assert(!FieldOfCopyAssigned<Header<PacketAccess::ReadWrite>> && FieldAssigned<Header<PacketAccess::ReadWrite>>);
static_assert(!FieldAssigned<Header<PacketAccess::ReadOnly>> && !FieldAssigned<Copied<Ethernet, SocketFilter::Packet>>);

// A copy of one's own is anyone's to change, and `bytes().write` is what changes the packet.
constexpr Program<Xdp> rewrites = [](Xdp::Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Xdp::Verdict::Pass;
  auto copy = *ethernet;
  copy.destination = "02:00:00:00:00:08";
  ethernet.bytes().write(Ethernet{.destination = "02:00:00:00:00:07", .source = copy.destination});
  return Xdp::Verdict::Tx;
};
constexpr auto rewritten = run(rewrites, ethernet() / ipv4());
static_assert(rewritten.at<Ethernet>().destination == "02:00:00:00:00:07" &&
              rewritten.at<Ethernet>().source == "02:00:00:00:00:08");

}  // namespace
