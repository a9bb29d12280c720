#pragma once

#include <doctest/doctest.h>

#include <concepts>
#include <string>
#include <type_traits>

#include <ebpfxx/kernel/enumerator.hpp>
#include <ebpfxx/packet/describe_text.hpp>
#include <ebpfxx/protocol/arp.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/testing/diff.hpp>
#include <ebpfxx/testing/doctest_address.hpp>
#include <ebpfxx/testing/matches.hpp>
#include <ebpfxx/testing/outcome_text.hpp>
#include <ebpfxx/text.hpp>

/// How doctest writes what a failed CHECK has compared: verdicts by name, outcomes with the packet's headers, addresses
/// and headers as themselves, and what differed from a packet that was expected. Include it in every source with tests.
namespace ebpfxx {

// NOLINTBEGIN(readability-identifier-naming): doctest's name
/// A verdict of any hook. doctest (2.4.9) has a template of its own for enumerations, which writes the number; this one
/// is taken before it because it has the same parameters and a constraint besides.
template <class Verdict, typename doctest::detail::types::enable_if<doctest::detail::types::is_enum<Verdict>::value,
                                                                    bool>::type = true>
  requires std::is_enum_v<Verdict>
doctest::String toString(const Verdict& verdict) {
  return detail::kernel::enumerator_text(verdict).c_str();
}

#define EBPFXX_DOCTEST_FIELD(Enumeration, notation)                            \
  inline doctest::String toString(Enumeration value) {                         \
    return detail::packet::value_text(value, FieldNotation::notation).c_str(); \
  }
EBPFXX_DOCTEST_FIELD(EtherType, Hexadecimal)
EBPFXX_DOCTEST_FIELD(IpProtocol, Decimal)
EBPFXX_DOCTEST_FIELD(ArpOperation, Decimal)
EBPFXX_DOCTEST_FIELD(IcmpType, Decimal)
EBPFXX_DOCTEST_FIELD(Icmpv6Type, Decimal)
#undef EBPFXX_DOCTEST_FIELD
// NOLINTEND(readability-identifier-naming)

namespace detail::testing {

/// What has a text; doctest's own template writes enumerations.
template <class Value>
concept Written = HasText<Value> && !std::is_enum_v<Value>;

}  // namespace detail::testing
}  // namespace ebpfxx

template <ebpfxx::detail::testing::Written Value>
struct doctest::StringMaker<Value> {
  static String convert(const Value& value) { return std::string(to_text(value)).c_str(); }
};
