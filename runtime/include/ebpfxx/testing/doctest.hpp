#pragma once

#include <doctest/doctest.h>

#include <concepts>
#include <string>

#include <ebpfxx/packet/describe_text.hpp>
#include <ebpfxx/protocol/arp.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/testing/diff.hpp>
#include <ebpfxx/testing/matches.hpp>
#include <ebpfxx/testing/outcome_text.hpp>

/// How doctest writes what a failed CHECK has compared: verdicts by name, outcomes with the packet's headers, addresses
/// and headers as themselves, and what differed from a packet that was expected. Include it in every source with tests.
namespace ebpfxx {

// doctest takes an overload for an enumeration before its own, which writes the number (2.4.9); a template would be
// ambiguous. NOLINTBEGIN(readability-identifier-naming): doctest's name
#define EBPFXX_DOCTEST_VERDICT(Verdict) \
  inline doctest::String toString(Verdict verdict) { return detail::verdict_text(verdict).c_str(); }
EBPFXX_DOCTEST_VERDICT(Lwt::In::Verdict)
EBPFXX_DOCTEST_VERDICT(Lwt::Out::Verdict)
EBPFXX_DOCTEST_VERDICT(Lwt::Xmit::Verdict)
EBPFXX_DOCTEST_VERDICT(Lwt::Seg6Local::Verdict)
EBPFXX_DOCTEST_VERDICT(XdpVerdict)
EBPFXX_DOCTEST_VERDICT(TcVerdict)
EBPFXX_DOCTEST_VERDICT(Cgroup::Connect4::Verdict)
#undef EBPFXX_DOCTEST_VERDICT

#define EBPFXX_DOCTEST_FIELD(Enumeration, notation) \
  inline doctest::String toString(Enumeration value) { return detail::value_text(value, Notation::notation).c_str(); }
EBPFXX_DOCTEST_FIELD(EtherType, Hexadecimal)
EBPFXX_DOCTEST_FIELD(IpProtocol, Decimal)
EBPFXX_DOCTEST_FIELD(ArpOperation, Decimal)
EBPFXX_DOCTEST_FIELD(IcmpType, Decimal)
EBPFXX_DOCTEST_FIELD(Icmpv6Type, Decimal)
#undef EBPFXX_DOCTEST_FIELD
// NOLINTEND(readability-identifier-naming)

namespace detail {

/// What this library can write.
template <class Value>
concept Written = !std::is_enum_v<Value> && (requires(const Value& value) {
  { to_text(value) } -> std::same_as<std::string>;
} || requires { typename BigEndian<typename Value::value_type>; requires std::same_as<Value, BigEndian<typename Value::value_type>>; });

}  // namespace detail
}  // namespace ebpfxx

template <ebpfxx::detail::Written Value>
struct doctest::StringMaker<Value> {
  static String convert(const Value& value) {
    return ebpfxx::detail::value_text(value, ebpfxx::Notation::Decimal).c_str();
  }
};
