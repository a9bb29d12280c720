// What is of another type than is wanted, and does not become one by itself.
#include <array>
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using Verdict = Xdp::Verdict;
using Packet = Xdp::Packet;

struct Flow {
  std::uint32_t from, to;
};
inline Map<std::uint32_t, std::uint64_t> hits;
inline Map<Ipv4Address, std::uint64_t> addresses;
inline Map<Flow, std::uint64_t> flows;
inline Map<std::uint32_t, std::uint64_t, Array<16>> entries;
inline Map<Prefix<Ipv4Address>, std::uint64_t, LpmTrie<16>> networks;
inline RingBuffer<4096, std::uint32_t> lengths;

template <class Body>
constexpr Verdict with_headers(Packet packet, Body body) {
  auto ethernet = packet.parse<Ethernet>();
  auto ip = ethernet.template next<Ipv4>();
  auto tcp = ip.template next<Tcp>();
  if (!ethernet || !ip || !tcp) return Verdict::Pass;
  return body(ethernet, ip, tcp) ? Verdict::Drop : Verdict::Pass;
}

#if CASE == 0  // accepted: numbers in host order, and constants

inline constexpr Program<Xdp> numbers = [](Packet packet) {
  return with_headers(packet, [&](auto ethernet, auto ip, auto tcp) {
    const std::uint32_t next = tcp->sequence.value() + 1;
    const std::uint16_t port = tcp->destination.value();
    const std::int32_t difference = static_cast<std::int32_t>(tcp->sequence.value() - tcp->acknowledgment.value());
    switch (tcp->source.value()) {
      case 53:
        return true;
      default:
        break;
    }
    switch (ethernet->ether_type.value()) {
      case EtherType::Arp:
        return false;
      default:
        break;
    }
    // A field compares as a number, with signed ones too, and is made of constants that fit.
    if (tcp->window == difference || difference < tcp->window || tcp->window == 65536) return true;
    const BigEndian<std::uint16_t> wanted = packet.length() > 7 ? tcp->source : BigEndian<std::uint16_t>(53);
    return hits.find(next) || hits.find(7) || addresses.find(ip->source) || addresses.find("10.0.0.3") ||
           networks.find(ip->source) || networks.find("10.0.0.0/8") || flows.find({1, 2}) || entries.find(port) ||
           ip->source.value() > 7 || ip->source == "10.0.0.1" || ip->protocol == IpProtocol::Tcp ||
           ip->protocol == IpProtocol(6) || ethernet->ether_type == EtherType::Ipv4 || wanted == port;
  });
};

inline constexpr Program<Xdp> changes = [](Packet packet) {
  return with_headers(packet, [&](auto ethernet, auto, auto) {
    ethernet->source = "02:00:00:00:00:01";
    ethernet->ether_type = EtherType(0x88b5);
    hits.set(1, 2);
    return !hits.insert(packet.length(), 3) || !flows.erase({3, 4});
  });
};

#elif CASE == 1  // a field of the packet as a number
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    const auto next = tcp->sequence + 1;
    return next > 7;
  });
};

#elif CASE == 2  // on the right of an operator
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [&](auto, auto, auto tcp) {
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    return packet.length() % tcp->sequence > 7;
  });
};

#elif CASE == 3  // as a number of its width
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    const std::uint16_t port = tcp->destination;
    return port > 7;
  });
};

#elif CASE == 4  // in a switch
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    switch (tcp->destination) {
      case 53:
        return true;
      default:
        return false;
    }
  });
};

#elif CASE == 5  // assigned where a comparison is meant
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    if ((tcp->destination = 53)) return true;
    return false;
  });
};

#elif CASE == 6  // as an index
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    constexpr std::array<std::uint8_t, 4> table{1, 2, 3, 4};
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    return table[tcp->destination] > 2;
  });
};

#elif CASE == 7  // two fields
// no object: fields are converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: takes big-endian fields for numbers; write their 'value()' [ebpfxx-conversion]
    return tcp->sequence - tcp->acknowledgment > 7;
  });
};

#elif CASE == 8  // two fields of different widths
// no object: fields are converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: compares big-endian fields of different types; write their 'value()' [ebpfxx-conversion]
    return tcp->destination != tcp->sequence;
  });
};

#elif CASE == 9  // changed as a number
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: computes with a big-endian field; assign it what becomes of its 'value()' [ebpfxx-conversion]
    tcp->sequence += 1;
    return true;
  });
};

#elif CASE == 10  // assigned a number that may not fit
// no object: a field is made of nothing that may not fit
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [&](auto, auto, auto tcp) {
    const std::uint32_t length = packet.length();
    // error: gives a big-endian field a number that may be negative or too large; cast it to the type of its 'value()'
    // [ebpfxx-conversion]
    tcp->destination = length;
    return true;
  });
};

#elif CASE == 11  // assigned a constant that does not fit
// no object: the number does not fit
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: gives a big-endian field a constant that does not fit it [ebpfxx-conversion]
    tcp->destination = 65536;
    return true;
  });
};

#elif CASE == 12  // assigned a field of another width
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: gives a big-endian field one of another type; cast its 'value()' [ebpfxx-conversion]
    tcp->destination = tcp->sequence;
    return true;
  });
};

#elif CASE == 13  // an enumerator compared with a number
// no object: an enumerator is no number
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto ip, auto) {
    // error: compares an enumerator with a number; cast it to its enumeration [ebpfxx-conversion]
    return ip->protocol == 6;
  });
};

#elif CASE == 14  // a field of enumerators compared with a number
// no object: an enumerator is no number
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto ethernet, auto, auto) {
    // error: compares enumerators with a number; cast it to their enumeration [ebpfxx-conversion]
    return ethernet->ether_type == 0x0800;
  });
};

#elif CASE == 15  // such a field given a number
// no object: an enumerator is no number
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto ethernet, auto, auto) {
    // error: gives a big-endian field another type of number; cast it to that of its 'value()' [ebpfxx-conversion]
    ethernet->ether_type = 0x0800;
    return true;
  });
};

#elif CASE == 16  // an address as a number
// no object: an address is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto ip, auto) {
    // error: takes an address for a number; write 'value()' [ebpfxx-conversion]
    return ip->source == 0x0a000001;
  });
};

#elif CASE == 17  // an address given a number
// no object: an address is made of no number by itself
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto ip, auto) {
    // error: gives an address a number; write 'Ipv4Address(number)' [ebpfxx-conversion]
    ip->source = 0x0a000001;
    return true;
  });
};

#elif CASE == 18  // a text that is no address
// no object: there is no such address
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto ip, auto) {
    // error: this is no IPv4 address; write four numbers up to 255, as 10.0.0.3 [ebpfxx-conversion]
    return ip->source == "10.0.0.256";
  });
};

#elif CASE == 19  // a field as a key
// no object: a field is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto, auto, auto tcp) {
    // error: takes a big-endian field for a number; write 'value()' [ebpfxx-conversion]
    return bool(hits.find(tcp->sequence));
  });
};

#elif CASE == 20  // a key of another type
// no object: a map has no such keys
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [](auto ethernet, auto, auto) {
    // error: gives 'find' a key of 'ebpfxx::MacAddress', and the keys of this map are 'ebpfxx::Ipv4Address'; make one
    // [ebpfxx-conversion]
    return bool(addresses.find(ethernet->source));
  });
};

#elif CASE == 21  // a number as a key
// no object: a map has no such keys
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  // error: gives 'update' a key of 'unsigned int', and the keys of this map are 'Flow'; make one [ebpfxx-conversion]
  flows.update(packet.length(), [](auto& count) { count += 1; });
  return Verdict::Pass;
};

#elif CASE == 22  // a value of another type
// no object: a map has no such values
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  // error: gives 'set' a value of 'Flow', and those of this map are 'unsigned long'; make one [ebpfxx-conversion]
  hits.set(packet.length(), Flow{1, 2});
  return Verdict::Pass;
};

#elif CASE == 23  // an index of another type
// no object: an array has no such indexes
// host: refused
inline constexpr Program<Xdp> filter = [](Packet) {
  // error: gives 'find' a key of 'Flow', and the keys of this map are 'unsigned int'; make one [ebpfxx-conversion]
  return entries.find(Flow{1, 2}) ? Verdict::Drop : Verdict::Pass;
};

#elif CASE == 24  // what a lookup found as the value
// no object: what a lookup found is converted by nothing
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  // error: takes what a lookup found for the value; test it, and write '*found' [ebpfxx-conversion]
  return hits.find(packet.length()) + 1 > 7 ? Verdict::Drop : Verdict::Pass;
};

#elif CASE == 25  // compared with a null pointer
// no object: what a lookup found is no pointer
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  // error: compares what a lookup found with a pointer; test it, as 'if (found)' or '!found' [ebpfxx-conversion]
  return hits.find(packet.length()) != nullptr ? Verdict::Drop : Verdict::Pass;
};

#elif CASE == 26  // a header compared with a null pointer
// no object: a header is no pointer
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  // error: compares a header with a pointer; test it, as 'if (header)' or '!header' [ebpfxx-conversion]
  return packet.parse<Ethernet>() == nullptr ? Verdict::Drop : Verdict::Pass;
};

#elif CASE == 27  // a Config assigned
// no object: a Config has no assignment
// host: refused
inline Config<std::uint32_t> limit = 7;
inline constexpr Program<Xdp> filter = [](Packet) {
  // error: assigns to a Config, which programs only read; use a Global [ebpfxx-conversion]
  limit = 9;
  return Verdict::Pass;
};

#elif CASE == 28  // a Config assigned what is known at run time
// no object: it has no such operator
// host: refused
inline constexpr Config<std::uint32_t> limit = 7;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: assigns to a Config, which programs only read; use a Global [ebpfxx-conversion]
  limit = packet.length();
  return Verdict::Pass;
};

#elif CASE == 29  // a Global assigned what is known at run time
// no object: it has no such operator
// host: refused
inline constexpr Global<std::uint32_t> last = 0;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: assigns to a Global, to which the application writes too; write 'set(value)' [ebpfxx-conversion]
  last = packet.length();
  return Verdict::Pass;
};

#elif CASE == 30  // a Global that is not const, assigned
// no object: it has no such operator
// host: refused
inline Global<std::uint32_t> last = 0;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: assigns to a Global, to which the application writes too; write 'set(value)' [ebpfxx-conversion]
  last = 7;
  return Verdict::Pass;
};

#elif CASE == 31  // a Global assigned to another
// no object: it has no such operator
// host: refused
inline Global<std::uint32_t> last = 0, first = 0;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: assigns to a Global, to which the application writes too; write 'set(value)' [ebpfxx-conversion]
  last = first;
  return Verdict::Pass;
};

#elif CASE == 32  // a Global that counts
// no object: it has no such operator
// host: refused
inline Global<std::uint32_t> seen = 0;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: counts in a Global, to which all CPUs write at once; write 'fetch_add(1)' [ebpfxx-conversion]
  ++seen;
  return Verdict::Pass;
};

#elif CASE == 33  // a Global that adds up
// no object: it has no such operator
// host: refused
inline constexpr Global<std::uint64_t> bytes = 0;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: counts in a Global, to which all CPUs write at once; write 'fetch_add(value)' [ebpfxx-conversion]
  bytes += packet.length();
  return Verdict::Pass;
};
#elif CASE == 34  // the next header, asked of the fields of one
// no object: it is no C++
// host: refused
inline constexpr Program<Xdp> program = [](Packet packet) {
  auto ethernet = packet.parse<Ethernet>();
  if (!ethernet) return Verdict::Pass;
  // error: asks the fields of a header for 'next'; write '.next' in place of '->next' [ebpfxx-conversion]
  auto ip = ethernet->next<Ipv4>();
  return Verdict::Pass;
};

#elif CASE == 35  // a map indexed
// no object: it is no C++
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: takes an entry of a map by '[]'; write 'find(key)' and test it, or 'update(key, ...)' [ebpfxx-conversion]
  counts[packet.length()] += 1;
  return Verdict::Pass;
};

#elif CASE == 36  // a map asked as one of the standard library
// no object: it is no C++
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: asks a map for 'contains'; write 'if (map.find(key))' [ebpfxx-conversion]
  if (counts.contains(packet.length())) return Verdict::Drop;
  return Verdict::Pass;
};

#elif CASE == 37  // a loop over a map
// no object: it is no C++
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: asks a map for 'begin'; a program sees one entry at a time, and the application all of them, by
  // 'object[map]' [ebpfxx-conversion]
  for (const auto& entry : counts) return Verdict::Drop;
  return Verdict::Pass;
};

#elif CASE == 38  // what a lookup found, as a pointer
// no object: it is no C++
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: takes what a lookup found for another type; name it by 'auto', test it, and write '*found'
  // [ebpfxx-conversion]
  std::uint64_t* count = counts.find(packet.length());
  if (count) *count += 1;
  return Verdict::Pass;
};

#elif CASE == 39  // what a lookup found, added to
// no object: it has no such operator
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: adds to what a lookup found; test it, and write '*found += ...' [ebpfxx-conversion]
  counts.find(packet.length()) += 1;
  return Verdict::Pass;
};

#elif CASE == 40  // what a lookup found, counted
// no object: it has no such operator
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: counts what a lookup found; test it, and write '*found += 1' [ebpfxx-conversion]
  ++counts.find(packet.length());
  return Verdict::Pass;
};

#elif CASE == 41  // a key without a value
// no object: the refused overload has no body
// host: refused
inline Map<std::uint32_t, std::uint64_t> counts;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: gives 'insert' a key and no value; write 'insert(key, value)' [ebpfxx-conversion]
  if (!counts.insert(packet.length())) return Verdict::Drop;
  return Verdict::Pass;
};

#elif CASE == 42  // a value per CPU, added to
// no object: it has no such operator
// host: refused
inline PerCpu<std::uint64_t> bytes;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: adds to a PerCpu; write 'update([&](auto& value) { value += ...; })' [ebpfxx-conversion]
  bytes += packet.length();
  return Verdict::Pass;
};

#elif CASE == 43  // a value per CPU, counted
// no object: it has no such operator
// host: refused
inline PerCpu<std::uint64_t> packets;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: counts in a PerCpu; write 'update([](auto& value) { value += 1; })' [ebpfxx-conversion]
  packets++;
  return Verdict::Pass;
};

#elif CASE == 44  // a value per CPU, as a pointer
// no object: it is no C++
// host: refused
inline PerCpu<std::uint64_t> packets;
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: takes a PerCpu for a pointer; write 'value()' for a copy, and 'update' to change it [ebpfxx-conversion]
  *packets += 1;
  return Verdict::Pass;
};

#elif CASE == 45  // a packet, as an array
// no object: it is no C++
// host: refused
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: asks a packet for 'data'; write 'parse<Header>()', or 'bytes().require<N>()', and test what it returns
  // [ebpfxx-conversion]
  if (packet[0] == 0x45) return Verdict::Drop;
  return Verdict::Pass;
};

#elif CASE == 46  // an optional header, as the standard library has it
// no object: it is no C++
// host: refused
inline constexpr Program<Xdp> program = [](Packet packet) {
  // error: asks what may not be there for 'has_value'; test it, as 'if (found)', and write '*found' or '->'
  // [ebpfxx-conversion]
  if (!packet.parse<Ethernet>().has_value()) return Verdict::Drop;
  return Verdict::Pass;
};

#elif CASE == 47  // a Global without a value
// no object: it is no C++
// host: refused
// error: starts a Global without a value, or with one of another type; write one, as '= 0' [ebpfxx-conversion]
inline Global<std::uint32_t> seen;
inline constexpr Program<Xdp> program = [](Packet) {
  seen.fetch_add(1);
  return Verdict::Pass;
};

#elif CASE == 48  // a number in place of the kind of a map
// no object: it is no C++
// host: refused
// error: gives a map a number in place of a kind; write Map<Key, Value, Hash<1024>> [ebpfxx-conversion]
inline Map<std::uint32_t, std::uint64_t, 16> sized;

#elif CASE == 49  // a kind without its size
// no object: it is no C++
// host: refused
// error: names the kind 'Hash' without its size; write 'Hash<1024>' for up to 1024 entries [ebpfxx-conversion]
inline Map<std::uint32_t, std::uint64_t, Hash> sized;

#elif CASE == 50  // a ring buffer whose size comes last
// no object: it is no C++
// host: refused
// error: declares a ring buffer without its size in bytes, which comes first; write RingBuffer<65536, Record>
// [ebpfxx-conversion]
inline RingBuffer<std::uint32_t, 4096> ring;

#elif CASE == 51  // a field given what is no number
// no object: it is no C++
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [&](auto ethernet, auto ip, auto tcp) {
    // error: gives a big-endian field text; give it a value of the type of its 'value()' [ebpfxx-conversion]
    const BigEndian<std::uint16_t> port = "53";
    // error: gives a big-endian field text; give it a value of the type of its 'value()' [ebpfxx-conversion]
    tcp->destination = "53";
    // error: gives a big-endian field a floating-point number; give it a value of the type of its 'value()'
    // [ebpfxx-conversion]
    tcp->destination = 5.5;
    // error: gives a big-endian field a null pointer; give it a value of the type of its 'value()' [ebpfxx-conversion]
    tcp->destination = nullptr;
    // error: gives a big-endian field an address; give it a value of the type of its 'value()' [ebpfxx-conversion]
    tcp->sequence = ip->source;
    // error: gives an address a big-endian field; give it another one, a constant text, or what 'from_text' reads
    // [ebpfxx-conversion]
    ip->source = tcp->sequence;
    // error: gives 'IpProtocol' a number; write one of its enumerators, or 'IpProtocol(number)' [ebpfxx-conversion]
    ip->protocol = 6;
    // error: combines a big-endian field and text by an operator that does not take both [ebpfxx-conversion]
    if (tcp->destination == "53" || port == 7) return true;
    // error: combines an enumerator of 'IpProtocol' and text by an operator that does not take both [ebpfxx-conversion]
    if (ip->protocol == "udp") return true;
    return ip->ttl == 1;
  });
};

#elif CASE == 52  // a header for a pointer or a copy
// no object: it is no C++
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  return with_headers(packet, [&](auto ethernet, auto ip, auto tcp) {
    // error: takes a header that may not be there for 'const Ipv4 *'; test it, read its fields by '->', and copy it by
    // '*' [ebpfxx-conversion]
    const Ipv4* pointer = ip;
    // error: takes a header that may not be there for 'const Ipv4 *'; test it, read its fields by '->', and copy it by
    // '*' [ebpfxx-conversion]
    const auto* cast = reinterpret_cast<const Ipv4*>(ip);
    // error: takes a header that may not be there for 'const Ipv4 *'; test it, read its fields by '->', and copy it by
    // '*' [ebpfxx-conversion]
    const Ipv4* address = &ip;
    // error: takes a header that may not be there for 'Ipv4'; test it, read its fields by '->', and copy it by '*'
    // [ebpfxx-conversion]
    Ipv4 copy = ip;
    // error: takes a copy of a header for a pointer; read fields by '->', or name the copy, as in 'auto header = *ip'
    // [ebpfxx-conversion]
    const Ipv4* of_copy = *ip;
    // error: takes a header by '[]'; read its fields by '->', its bytes by 'bytes().at<Type, Offset>()'
    // [ebpfxx-conversion]
    if (ip[0] == 0x45) return true;
    return ip->ttl == 1;
  });
};

#elif CASE == 53  // a context field given what is no number
// no object: it is no C++
// host: refused
inline constexpr Program<Tc::Ingress> filter = [](Tc::Ingress::Packet packet) {
  // error: gives 'set_mark' text, and it takes a number [ebpfxx-conversion]
  packet.set_mark("5");
  // error: gives 'set_priority' a null pointer, and it takes a number [ebpfxx-conversion]
  packet.set_priority(nullptr);
  // error: gives 'set_control' text, and it takes a number [ebpfxx-conversion]
  packet.set_control<0>("5");
  // error: gives 'set_mark' more or fewer than the one value that it takes [ebpfxx-conversion]
  packet.set_mark(1, 2);
  return Tc::Ingress::Verdict::Ok;
};

inline constexpr Program<Cgroup::Connect4> redirect = [](Cgroup::Connect4::Connection connection) {
  // error: gives a big-endian field text; give it a value of the type of its 'value()' [ebpfxx-conversion]
  connection.set_port("53");
  return Cgroup::Connect4::Verdict::Allow;
};

#elif CASE == 54  // a copy of a context field changed
// no object: it is no C++
// host: refused
inline constexpr Program<Tc::Ingress> filter = [](Tc::Ingress::Packet packet) {
  // error: changes a copy of 'mark'; where the hook lets programs change it, there is 'set_mark(...)'
  // [ebpfxx-conversion]
  packet.mark() = 5;
  // error: changes a copy of 'priority'; where the hook lets programs change it, there is 'set_priority(...)'
  // [ebpfxx-conversion]
  packet.priority() |= 5;
  // error: changes a copy of 'mark'; where the hook lets programs change it, there is 'set_mark(...)'
  // [ebpfxx-conversion]
  ++packet.mark();
  // error: changes a copy of 'control'; where the hook lets programs change it, there is 'set_control(...)'
  // [ebpfxx-conversion]
  packet.control<0>() = 5;
  // error: changes a copy of 'mark'; where the hook lets programs change it, there is 'set_mark(...)'
  // [ebpfxx-conversion]
  auto& mark = packet.mark();
  // error: takes 'mark' without calling it; write 'mark()', or 'set_mark(...)' to change it [ebpfxx-conversion]
  packet.mark = 5;
  return Tc::Ingress::Verdict::Ok;
};

#elif CASE == 55  // verdicts beside numbers, and maps asked for what they lack
// no object: it is no C++
// host: refused
inline constexpr Program<Xdp> filter = [](Packet packet) {
  // error: gives what a lookup found a number; assign to '*' of it, once it is tested [ebpfxx-conversion]
  if (auto found = hits.find(packet.length())) found = 5;
  // error: asks a ring buffer for 'push'; write 'submit(record)', or 'reserve()' and fill what it returns
  // [ebpfxx-conversion]
  if (packet.length() > 100) lengths.push(packet.length());
  if (packet.length() > 200) return Verdict::Drop;
  // error: returns both a number and an enumerator of 'XdpVerdict'; return a verdict of the hook everywhere
  // [ebpfxx-conversion]
  return 2;
};

#elif CASE == 56  // what a newcomer to tracing writes
// no object: it is no C++
// host: refused
inline constexpr Program<PerfEvent> tick = [](PerfEvent::Event) {
  // error: asks the task that runs for 'pid'; write 'process' for what getpid() returns, 'thread' for gettid()
  // [ebpfxx-conversion]
  const std::uint32_t number = current_task_ids().pid;
  Text<16> name = current_command();
  // error: gives a Text a number; fill its 'characters', or take what 'current_command' and 'kernel_text' return
  // [ebpfxx-conversion]
  name = number;
};

#elif CASE == 57  // a tracepoint that nothing describes
// no object: it is no C++
// error: is for a tracepoint that nothing describes; let ebpfxx_vmlinux() write 'TracepointRecord', or specialise it
// [ebpfxx-conversion]
inline constexpr Program<Tracepoint<"syscalls", "sys_enter_openat">> undescribed = [](auto) {};
#endif
