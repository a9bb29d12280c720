#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <ebpfxx/net/ipv4_address.hpp>
#include <ebpfxx/net/ipv6_address.hpp>
#include <ebpfxx/net/mac_address.hpp>

#if !defined(DOCTEST_CONFIG_DISABLE)  // which leaves doctest's CHECK without expressions

/// `CHECK(ip.source == "10.0.0.3")`: doctest hands the text on as an argument, which the addresses' own comparisons,
/// made while the compiler runs, do not take. Here it is read when the test runs; a text that is no address fails the
/// test with an exception. Only doctest's expressions are compared so: in a program a wrong text does not compile, in
/// the same source too.
namespace ebpfxx {

namespace detail::testing {

template <class Address>
Address address_of_text(std::string_view text) {
  if (const auto address = Address::from_text(text)) return *address;
  throw std::invalid_argument("'" + std::string(text) + "' is compared with an address and is none");
}

}  // namespace detail::testing

// One for each kind of value on the left, as doctest (2.4.9) keeps them: for all, a template would be no better than
// doctest's own member template.
#define EBPFXX_DOCTEST_COMPARISON(Address, Left, op)                                                           \
  template <std::size_t Size>                                                                                  \
  doctest::detail::Result operator op(doctest::detail::Expression_lhs<Left>&& left, const char(&text)[Size]) { \
    return std::move(left) op detail::testing::address_of_text<Address>({text, Size - 1});                     \
  }
#define EBPFXX_DOCTEST_ADDRESS(Address)                  \
  EBPFXX_DOCTEST_COMPARISON(Address, Address, ==)        \
  EBPFXX_DOCTEST_COMPARISON(Address, const Address, ==)  \
  EBPFXX_DOCTEST_COMPARISON(Address, Address&, ==)       \
  EBPFXX_DOCTEST_COMPARISON(Address, const Address&, ==) \
  EBPFXX_DOCTEST_COMPARISON(Address, Address, !=)        \
  EBPFXX_DOCTEST_COMPARISON(Address, const Address, !=)  \
  EBPFXX_DOCTEST_COMPARISON(Address, Address&, !=)       \
  EBPFXX_DOCTEST_COMPARISON(Address, const Address&, !=)
EBPFXX_DOCTEST_ADDRESS(Ipv4Address)
EBPFXX_DOCTEST_ADDRESS(Ipv6Address)
EBPFXX_DOCTEST_ADDRESS(MacAddress)
#undef EBPFXX_DOCTEST_ADDRESS
#undef EBPFXX_DOCTEST_COMPARISON

}  // namespace ebpfxx

#endif
