// Names of hosts in DNS questions and TLS ClientHellos, by views and by copies: to the byte, and what is none.
#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/protocols.hpp>

#include "whole.hpp"

using namespace ebpfxx;
using ebpfxx_test::first;
using ebpfxx_test::hex;
using ebpfxx_test::holds;
using ebpfxx_test::needs_all;
using ebpfxx_test::needs_all_but;

namespace {

static_assert(HostName<>("www.Example.org") == HostName<>("www.example.org"));
static_assert(HostName<>("www.example.org") != HostName<>("www.example.or"));
static_assert(HostName<8>("ab.org").view() == "ab.org" && HostName<>().view().empty());

// DNS.
template <bool Copies, std::size_t Bytes = 64>
constexpr auto asks_for_www = [](auto packet) {
  if constexpr (Copies) {
    auto dns = packet.template load<Dns>(42);
    if (!dns) return false;
    auto question = read_question<Bytes>(dns);
    return !question.could_not_tell() && question && question->name == HostName<Bytes>("www.example.org") &&
           question->type == 28 && question->question_class == 1;
  } else {
    auto ethernet = packet.template parse<Ethernet>();
    if (!ethernet) return false;
    auto ip = ethernet.template next<Ipv4>();
    if (!ip) return false;
    auto udp = ip.template next<Udp>();
    if (!udp || udp->destination != Dns::port) return false;
    auto dns = udp.template payload<Dns>();
    if (!dns) return false;
    auto question = read_question<Bytes>(dns);
    return !question.could_not_tell() && question && question->name == HostName<Bytes>("www.example.org") &&
           question->type == 28 && question->question_class == 1;
  }
};
constexpr auto query = ethernet() / ipv4() / udp({.destination = 53}) / dns({.questions = 1});
constexpr auto www = payload("\3wWw\7eXample\3ORG\0\0\34\0\1");
static_assert(needs_all<asks_for_www<false>>(query / www) && needs_all<asks_for_www<true>>(query / www));
static_assert(needs_all_but<asks_for_www<false>, 3>(query / www / payload<3>()));
static_assert(needs_all_but<asks_for_www<true>, 3>(query / www / payload<3>()));

// No question, and one that could not be read.
template <bool Copies, bool Untold>
constexpr auto without_question = [](auto packet) {
  const auto right = [](const auto& dns) {
    auto question = read_question(dns);
    return question.could_not_tell() == Untold && !question;
  };
  if constexpr (Copies) {
    auto dns = packet.template load<Dns>(42);
    return dns && right(dns);
  } else {
    auto dns = packet.bytes().template skip<42>().template parse<Dns>();
    return dns && right(dns);
  }
};
template <class Frame>
constexpr bool untold(const Frame& frame) {
  return holds<without_question<false, true>>(frame) && holds<without_question<true, true>>(frame);
}
constexpr auto no_question = ethernet() / ipv4() / udp({.destination = 53}) / dns() / www;
static_assert(holds<without_question<false, false>>(no_question) && holds<without_question<true, false>>(no_question));
static_assert(!untold(query / www));
static_assert(untold(query / payload("\3www\7example\4org\0\0\0\34\0\1")));
static_assert(untold(query / payload("\3www\7example\300\14\0\34\0\1")));
static_assert(untold(query / payload("\13www.example\3org\0\0\34\0\1")));
static_assert(!untold(query / payload("\3www\7example\3org\1x\0\0\34\0\1")));
static_assert(!holds<asks_for_www<true>>(query / payload("\3www\7example\3org\1x\0\0\34\0\1")));
static_assert(untold(query / payload("\3www\7example\3org")));
static_assert(untold(query / payload("\300\14\0\34\0\1")));

// As long as there is room: 14 characters in 16, and none more.
template <bool Copies, std::size_t Length>
constexpr auto is_long = [](auto packet) {
  const auto right = [](const auto& dns) {
    auto question = read_question<16>(dns);
    return !question.could_not_tell() && question && question->name.view().size() == Length &&
           question->name.characters[Length - 1] == 'o';
  };
  if constexpr (Copies) {
    auto dns = packet.template load<Dns>(42);
    return dns && right(dns);
  } else {
    auto bytes = packet.bytes().template skip<42>();
    auto dns = bytes.template parse<Dns>();
    return dns && right(dns);
  }
};
constexpr auto of_14 = payload("\12abcdefghij\3lmo\0\0\1\0\1");
constexpr auto of_15 = payload("\12abcdefghij\4lmno\0\0\1\0\1");
static_assert(needs_all<is_long<false, 14>>(query / of_14) && needs_all<is_long<true, 14>>(query / of_14));
static_assert(!holds<is_long<false, 15>>(query / of_15) && !holds<is_long<true, 15>>(query / of_15));

// The root, which has no characters.
constexpr auto asks_for_root = [](Xdp::Packet packet) {
  auto dns = packet.load<Dns>(42);
  if (!dns) return false;
  auto question = read_question(dns);
  return question && question->name == HostName<>() && question->type == 2;
};
static_assert(needs_all<asks_for_root>(query / payload("\0\0\2\0\1")));

// The longest name that DNS allows has 253 characters; one of 255 does not fit.
template <std::size_t Last>
constexpr auto long_query = [] {
  std::array<std::uint8_t, 3 * 64 + 1 + Last + 1 + 4> bytes{};
  for (std::size_t i = 0; i < 3 * 64 + 1 + Last; ++i) bytes[i] = i % 64 == 0 ? (i < 3 * 64 ? 63 : Last) : 'x';
  bytes[bytes.size() - 3] = 1;
  return query / payload(bytes);
}();
template <bool Copies, std::size_t Length>
constexpr auto is_name_of = [](auto packet) {
  const auto right = [](const auto& dns) {
    auto question = read_question(dns);
    return !question.could_not_tell() && question && question->name.view().size() == Length && question->type == 1;
  };
  if constexpr (Copies) {
    auto dns = packet.template load<Dns>(42);
    return dns && right(dns);
  } else {
    auto dns = packet.bytes().template skip<42>().template parse<Dns>();
    return dns && right(dns);
  }
};
static_assert(holds<is_name_of<false, 253>>(long_query<61>) && holds<is_name_of<true, 253>>(long_query<61>));
static_assert(untold(long_query<63>) &&
              untold(first<packet_bytes(long_query<61>).size() - 1>(packet_bytes(long_query<61>))));

// TLS: a ClientHello with these bytes of session id, cipher suites and compressions, and these extensions.
template <std::size_t Session, std::size_t Ciphers, std::size_t Extensions>
constexpr auto hello(const std::uint8_t (&extensions)[Extensions], std::uint8_t session_length = Session) {
  std::array<std::uint8_t, Session + 2 + Ciphers + 2 + 2 + Extensions> rest{};
  std::size_t at = Session;
  rest[at] = static_cast<std::uint8_t>(Ciphers >> 8), rest[at + 1] = static_cast<std::uint8_t>(Ciphers);
  at += 2 + Ciphers;
  rest[at] = 1;
  at += 2;
  rest[at] = static_cast<std::uint8_t>(Extensions >> 8), rest[at + 1] = static_cast<std::uint8_t>(Extensions);
  for (std::size_t i = 0; i < Extensions; ++i) rest[at + 2 + i] = extensions[i];
  return ethernet() / ipv4() / tcp({.destination = 443}) / layer(TlsClientHello{.session_id_length = session_length}) /
         payload(rest);
}
template <bool Copies>
constexpr auto asks_for_ab = [](auto packet) {
  if constexpr (Copies) {
    auto hello = packet.template load<TlsClientHello>(54);
    if (!hello) return false;
    auto name = read_server_name(hello);
    return name && *name == HostName<>("ab.org");
  } else {
    auto hello = packet.bytes().template skip<54>().template parse<TlsClientHello>();
    if (!hello) return false;
    auto name = read_server_name(hello);
    return name && *name == HostName<>("ab.org");
  }
};
template <std::size_t Behind = 0, class Frame>
constexpr bool to_the_byte(const Frame& frame) {
  return needs_all_but<asks_for_ab<false>, Behind>(frame) && needs_all_but<asks_for_ab<true>, Behind>(frame);
}
template <bool Copies, bool Untold>
constexpr auto without_name = [](auto packet) {
  const auto right = [](const auto& hello) {
    auto name = read_server_name(hello);
    return name.could_not_tell() == Untold && !name;
  };
  if constexpr (Copies) {
    auto hello = packet.template load<TlsClientHello>(54);
    return hello && right(hello);
  } else {
    auto hello = packet.bytes().template skip<54>().template parse<TlsClientHello>();
    return hello && right(hello);
  }
};
template <class Frame>
constexpr bool nowhere(const Frame& frame) {
  return holds<without_name<false, false>>(frame) && holds<without_name<true, false>>(frame);
}
template <class Frame>
constexpr bool untold_name(const Frame& frame) {
  return holds<without_name<false, true>>(frame) && holds<without_name<true, true>>(frame);
}
static_assert(to_the_byte(hello<0, 2>({0, 0, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(to_the_byte(hello<32, 62>({0, 0, 0, 11, 0, 9, 0, 0, 6, 'A', 'b', '.', 'o', 'r', 'g'})));
static_assert(to_the_byte(hello<32, 1022>({0, 0, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(to_the_byte(hello<1, 4>({0, 43, 0, 1, 9, 0, 0, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(to_the_byte<4>(hello<1, 4>({0, 0, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g', 0, 43, 0, 0})));
static_assert(untold_name(hello<32, 1024>({0, 0, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(untold_name(hello<0, 2>({0, 0, 0, 11, 0, 9, 1, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(nowhere(hello<0, 2>({0, 1, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(untold_name(hello<0, 2>({0, 0, 0, 11, 0, 9, 0, 0, 7, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(untold_name(hello<0, 2>({0, 0, 0, 12, 0, 10, 0, 0, 7, 'a', 'b', '.', 'o', 'r', 'g', 0})));
static_assert(untold_name(hello<0, 2>({0, 0, 0, 10, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));
static_assert(nowhere(hello<33, 2>({0, 0, 0, 11, 0, 9, 0, 0, 6, 'a', 'b', '.', 'o', 'r', 'g'})));

}  // namespace
