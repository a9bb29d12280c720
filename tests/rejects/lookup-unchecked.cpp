// What a map holds under a key, used before it is known that there is anything.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

inline Map<Ipv4Address, Atomic<std::uint64_t>> packets;
inline Map<std::uint32_t, Atomic<std::uint64_t>, Array<8>> lengths;

struct Usage {
  Atomic<std::uint64_t> packets, bytes;
};
inline Map<std::uint32_t, Usage> usage;
inline Map<std::uint32_t, bool> wanted;

struct Report {
  std::uint64_t length;
};
inline RingBuffer<4096, Report> reports;

#if CASE == 0  // accepted: every idiom by which a lookup is tested

inline constexpr Program<Lwt::Out> record_in_the_condition = [](Packet packet) {
  if (auto record = reports.reserve<Report>()) {
    record->length = packet.length();
    record.submit();
  }
  return Ok;
};

// Nothing is submitted on some ways, and nothing is left behind on any.
inline constexpr Program<Lwt::Out> record_with_early_returns = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  if (packet.mark() == 1) return Ok;
  for (std::uint32_t i = 0; i < 4; ++i)
    if (packet.hash() == i) return Drop;
  record->length = packet.length();
  if (packet.mark() == 2)
    record.discard();
  else
    record.submit();
  return Ok;
};

inline bool fill(ReservedRecord<Report>& record, std::uint64_t length) {
  if (!record || length < 7) return false;
  record->length = length;
  return true;
}
inline constexpr Program<Lwt::Out> record_filled_by_a_function = [](Packet packet) {
  auto record = reports.reserve<Report>();
  if (!record) return Drop;
  if (packet.length() > 7) record->length = 7;
  const bool filled = fill(record, packet.length());
  if (record && filled) record.submit();
  return Ok;
};

inline constexpr Program<Lwt::Out> in_the_condition = [](Packet packet) {
  if (auto found = usage.find(packet.mark())) found->packets += 1;
  if (auto found = usage.find(1); found && found->packets > 7) return Drop;
  return Ok;
};

// The test of what was found is no test of its value.
inline constexpr Program<Lwt::Out> of_a_bool = [](Packet packet) {
  auto found = wanted.find(packet.mark());
  if (found && !*found) *found = true;
  return found ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> early_return = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (!found) return Ok;
  found->packets += 1;
  found->bytes += packet.length();
  return Drop;
};

inline constexpr Program<Lwt::Out> either_of_two = [](Packet packet) {
  auto one = usage.find(packet.mark());
  auto two = usage.find(packet.hash());
  if (!one || !two || one->packets == two->packets) return Ok;
  return Drop;
};

inline constexpr Program<Lwt::Out> short_circuit = [](Packet packet) {
  auto found = usage.find(packet.mark());
  return found && found->packets > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> short_circuit_or = [](Packet packet) {
  auto found = usage.find(packet.mark());
  const bool rare = !found || found->packets < 7;
  return rare ? Ok : Drop;
};

inline constexpr Program<Lwt::Out> choice = [](Packet packet) {
  auto found = lengths.find(packet.mark());
  const std::uint64_t count = found ? found->load() : 0;
  return count > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> copied_bool = [](Packet packet) {
  auto found = lengths.find(packet.mark());
  const bool known = static_cast<bool>(found);
  if (known) *found += 1;
  return Ok;
};

inline constexpr Program<Lwt::Out> else_branch = [](Packet packet) {
  auto found = lengths.find(packet.mark());
  if (!found) {
    lengths.at<0>().update([](auto& count) { count += 1; });
  } else {
    *found += 1;
  }
  return Ok;
};

inline constexpr Program<Lwt::Out> loop_with_break = [](Packet packet) {
  for (std::uint32_t i = 0; i < 4; ++i) {
    auto found = usage.find(packet.mark() + i);
    if (!found) break;
    found->bytes += packet.length();
  }
  return Ok;
};

inline constexpr Program<Lwt::Out> loop_with_continue = [](Packet packet) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    auto found = usage.find(packet.mark() + i);
    if (!found) continue;
    sum += found->bytes;
  }
  return sum > 7 ? Drop : Ok;
};

inline constexpr Program<Lwt::Out> looked_up_again = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (!found) {
    if (!usage.set(packet.mark(), Usage{})) return Ok;
    found = usage.find(packet.mark());
    if (!found) return Ok;
  }
  found->packets += 1;
  return Ok;
};

// A function that makes the test.
inline bool is_busy(const LookupResult<Usage>& found) { return found && found->packets > 7; }
inline constexpr Program<Lwt::Out> tested_by_a_function = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (!is_busy(found)) return Ok;
  found->bytes += packet.length();
  return Drop;
};

// A function that gives what is to be tested.
inline LookupResult<Usage> of_packet(Packet packet) { return usage.find(packet.mark()); }
inline constexpr Program<Lwt::Out> from_a_function = [](Packet packet) {
  if (auto found = of_packet(packet)) found->packets += 1;
  return Ok;
};

// A function that takes what was tested.
inline void count(Usage& usage, std::uint32_t bytes) {
  usage.packets += 1;
  usage.bytes += bytes;
}
inline constexpr Program<Lwt::Out> handed_on = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (found) count(*found, packet.length());
  return Ok;
};

inline constexpr Program<Lwt::Out> structured_binding = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (!found) return Ok;
  auto& [packets, bytes] = *found;
  packets += 1;
  bytes += packet.length();
  return Drop;
};

inline constexpr Program<Lwt::Out> inner_lambda = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (!found) return Ok;
  auto count = [&] { found->packets += 1; };
  count();
  return Ok;
};

inline constexpr Program<Lwt::Out> outer_scope = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (found) {
    for (std::uint32_t i = 0; i < 3; ++i)
      if ((packet.hash() >> i & 1) != 0) found->packets += i;
  }
  return Ok;
};

inline constexpr Program<Lwt::Out> without_a_lookup = [](Packet packet) {
  usage.with(packet.mark(), [](Usage& found) { found.packets += 1; });
  if (auto ip = packet.parse<Ipv4>()) packets.update(ip->source, [](auto& count) { count += 1; });
  return Ok;
};

#elif CASE == 1  // a lookup used without a test
// kernel: invalid mem access 'map_value_or_null'
inline constexpr Program<Lwt::Out> untested = [](Packet packet) {
  auto found = usage.find(packet.mark());
  // error: 'found' may be null here; test it first [ebpfxx-lookup-unchecked]
  found->packets += 1;
  return Ok;
};

#elif CASE == 2  // used where it was found
// kernel: invalid mem access 'map_value_or_null'
inline constexpr Program<Lwt::Out> at_once = [](Packet packet) {
  // error: 'lengths.find(packet.mark())' may be null here; test it first [ebpfxx-lookup-unchecked]
  *lengths.find(packet.mark()) += 1;
  return Ok;
};

#elif CASE == 3  // used on the wrong side of the test
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Out> wrong_side = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (found) return Ok;
  // error: 'found' may be null here; test it first [ebpfxx-lookup-unchecked]
  // explained: kernel-pointer
  return found->packets > 7 ? Drop : Ok;
};

#elif CASE == 4  // another lookup was tested
// kernel: invalid mem access 'map_value_or_null'
inline constexpr Program<Lwt::Out> other_tested = [](Packet packet) {
  auto one = usage.find(packet.mark());
  auto two = usage.find(packet.hash());
  if (!one) return Ok;
  // error: 'two' may be null here; test it first [ebpfxx-lookup-unchecked]
  return two->packets > one->packets ? Drop : Ok;
};

#elif CASE == 5  // tested, then looked up again
// kernel: invalid mem access 'map_value_or_null'
inline constexpr Program<Lwt::Out> renewed = [](Packet packet) {
  auto found = usage.find(packet.mark());
  if (!found) return Ok;
  found = usage.find(packet.hash());
  // error: 'found' may be null here; test it first [ebpfxx-lookup-unchecked]
  found->packets += 1;
  return Ok;
};

#elif CASE == 6  // || where && is meant
// kernel: invalid mem access 'scalar'
inline constexpr Program<Lwt::Out> wrong_operator = [](Packet packet) {
  auto found = usage.find(packet.mark());
  // error: 'found' may be null here; test it first [ebpfxx-lookup-unchecked]
  // explained: kernel-pointer
  if (found || found->packets > 7) return Drop;
  return Ok;
};

#elif CASE == 7  // in the body of a loop, tested in the first round only
// kernel: invalid mem access 'map_value_or_null'
inline constexpr Program<Lwt::Out> in_a_loop = [](Packet packet) {
  auto found = usage.find(0);
  if (!found) return Ok;
  for (std::uint32_t mark = 1; mark < 4; ++mark) {
    // error: 'found' may be null here; test it first [ebpfxx-lookup-unchecked]
    found->bytes += packet.length();
    found = usage.find(mark);
  }
  return Ok;
};

#elif CASE == 8  // in a function that the program calls
// kernel: invalid mem access 'map_value_or_null'
inline std::uint64_t packets_of(std::uint32_t mark) {
  auto found = usage.find(mark);
  // error: 'found' may be null here; test it first [ebpfxx-lookup-unchecked]
  return found->packets;
}
inline constexpr Program<Lwt::Out> in_a_function = [](Packet packet) {
  // note: 'packets_of' is called here, in program 'in_a_function'
  return packets_of(packet.mark()) > 7 ? Drop : Ok;
};

#elif CASE == 9  // room in a ring buffer
// kernel: invalid mem access 'map_value_or_null'|expected=ringbuf_mem
inline constexpr Program<Lwt::Out> untested_record = [](Packet packet) {
  auto record = reports.reserve<Report>();
  // error: 'record' may be nothing here, as the ring buffer may be full; test it first [ebpfxx-lookup-unchecked]
  // explained: lookup-unchecked
  record->length = packet.length();
  // explained: helper-argument
  if (record) record.submit();
  return Ok;
};

#elif CASE == 10  // the number of a stack
// kernel takes it: the number of an error is a key like any other
inline StackTraces<64> stacks;
inline Map<std::uint32_t, std::uint64_t> samples;
inline constexpr Program<PerfEvent> untested_stack = [](PerfEvent::Event event) {
  const auto id = stacks.record(event);
  // error: 'id' may be nothing here, as another stack may have its entry; test it first [ebpfxx-lookup-unchecked]
  samples.set(*id, 1);
};
#endif
