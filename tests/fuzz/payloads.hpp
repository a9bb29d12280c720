#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "writer.hpp"

// What follows transport headers, as programs look for it: with faults, and with ends in the middle.
namespace ebpfxx::fuzz {

/// Options with a kind and a length in bytes, of IPv4, TCP, and of IPv6 (where the length does not count those two, and
/// 0 alone is one byte); some lie.
inline void add_options(Writer& out, std::size_t size, std::size_t counted = 2) {
  const std::size_t end = out.bytes.size() + size;
  while (out.bytes.size() < end) {
    const std::size_t left = end - out.bytes.size();
    const auto kind = static_cast<std::uint8_t>(out.random.one_in(16) ? 148 : out.random.below(9));
    out.put(kind);
    if (kind < counted || left < 2) continue;
    const std::size_t length = out.random.one_in(6)
                                   ? out.random.below(44)
                                   : std::min<std::size_t>(left, 2 + out.random.below(11)) - 2 + counted;
    out.put(static_cast<std::uint8_t>(length));
    for (std::size_t i = counted; i < length && out.bytes.size() < end; ++i) out.put_random(1);
  }
  out.bytes.resize(end);
}

/// Letters, of both cases.
inline void add_letters(Writer& out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    out.put(static_cast<std::uint8_t>((out.random.one_in(4) ? 'A' : 'a') + out.random.below(26)));
}

/// A DNS message with a question (RFC 1035).
inline void add_dns(Writer& out) {
  out.put_random(2);
  out.put16(out.random.one_in(2) ? 0x0100 : out.random.edge() & 0xffff);
  out.put16(out.random.one_in(8) ? out.random.below(3) : 1);
  out.put_random(6);
  out.edge();
  for (std::size_t labels = 1 + out.random.below(4); labels > 0; --labels) {
    const std::size_t length = out.random.one_in(8) ? out.random.below(70) : 1 + out.random.below(12);
    out.put(static_cast<std::uint8_t>(out.random.one_in(32) ? 0xc0 : length));
    add_letters(out, length);
  }
  out.put(0);
  out.put16(out.random.one_in(2) ? 1 : 28);
  out.put16(1);
}

/// A TLS ClientHello (RFC 8446), most with a server's name.
inline void add_client_hello(Writer& out) {
  out.put(out.random.one_in(16) ? 23 : 22);
  out.put16(0x0301);
  const std::size_t record = out.bytes.size();
  out.put16(0);
  out.put(out.random.one_in(16) ? 2 : 1);
  out.put(0);
  const std::size_t handshake = out.bytes.size();
  out.put16(0);
  out.put16(0x0303);
  out.put_random(32);
  const std::size_t session_id = out.random.one_in(8) ? out.random.below(40) : 32 * out.random.below(2);
  out.put(static_cast<std::uint8_t>(session_id));
  out.edge();
  out.put_random(session_id);
  const std::size_t ciphers = 2 * out.random.below(24);
  out.put16(ciphers);
  out.put_random(ciphers);
  out.put16(0x0100);  // one compression: none
  out.edge();
  const std::size_t extensions = out.bytes.size();
  out.put16(0);
  for (std::size_t count = out.random.below(5); count > 0; --count) {
    const bool is_name = out.random.one_in(2);
    out.put16(is_name ? 0 : 10 + out.random.below(50));
    const std::size_t extension = out.bytes.size();
    out.put16(0);
    if (is_name) {
      const std::size_t length = out.random.one_in(8) ? out.random.below(80) : 1 + out.random.below(20);
      out.put16(length + 3);
      out.put(out.random.one_in(8) ? 1 : 0);
      out.put16(length);
      add_letters(out, length);
    } else {
      out.put_random(out.random.below(24));
    }
    out.set_length(extension, extension + 2);
    out.edge();
  }
  out.set_length(extensions, extensions + 2);
  out.set_length(handshake, handshake + 2);
  out.set_length(record, record + 2);
}

/// What follows GENEVE's fixed header is an Ethernet frame (RFC 8926).
inline void add_geneve(Writer& out) {
  const std::size_t words = out.random.below(8);
  out.put(static_cast<std::uint8_t>(words));
  out.put(0);
  out.put16(out.random.one_in(4) ? 0x0800 : 0x6558);
  out.put_random(4);
  out.edge();
  const std::size_t end = out.bytes.size() + 4 * words;
  while (out.bytes.size() < end) {
    const bool first = out.random.one_in(2);
    const std::size_t length = out.random.one_in(4) ? out.random.below(4) : first ? 1 : 2;
    out.put16(first ? 0x0102 : 0x0103);
    out.put(first ? 0x80 : 0x01);
    out.put(static_cast<std::uint8_t>(length));
    out.put_random(4 * length);
  }
  out.bytes.resize(end);
  out.edge();
  out.put_random(12);
  out.put16(0x0800);
}

/// ICMPv6: echo, or neighbour discovery with options (RFC 4861).
inline void add_icmpv6(Writer& out) {
  constexpr std::array<std::uint8_t, 6> types{128, 129, 133, 134, 135, 136};
  const std::uint8_t type = out.random.one_of(types);
  out.put(type);
  out.put(0);
  out.put_random(2);
  out.put_random(type >= 135 ? 20 : type == 134 ? 12 : 4);
  out.edge();
  if (type < 133) return;
  for (std::size_t count = out.random.below(4); count > 0; --count) {
    constexpr std::array<std::uint8_t, 5> kinds{1, 2, 3, 5, 14};
    const std::uint8_t kind = out.random.one_of(kinds);
    const std::size_t size = out.random.one_in(8) ? out.random.below(5) : kind == 3 ? 4 : 1;
    out.put(kind);
    out.put(static_cast<std::uint8_t>(size));
    if (size > 0) out.put_random(8 * size - 2);
    out.edge();
  }
}

/// What programs look for behind the headers of TCP or UDP, by a port.
inline void add_payload(Writer& out, bool over_tcp, std::size_t port) {
  Random& random = out.random;
  if (port == 53 || (port == 5353 && !over_tcp)) {
    const std::size_t length = out.bytes.size();
    if (over_tcp) out.put16(0);
    add_dns(out);
    if (over_tcp) out.set_length(length, length + 2);
  } else if (port == 443 && over_tcp && !random.one_in(4)) {
    add_client_hello(out);
  } else if (port == 4789 && !over_tcp) {
    out.put(0x08);  // VXLAN: there is a network identifier
    out.put_random(7);
    out.edge();
    out.put_random(12);
    out.put16(random.one_in(4) ? 0x86dd : 0x0800);
  } else if (port == 6081 && !over_tcp) {
    add_geneve(out);
  } else if (random.one_in(8)) {
    out.put_text("GET / HTTP/1.1\r\n");
  } else if (random.one_in(4)) {
    out.put_text("abcdx");
  }
  out.edge();
}

}  // namespace ebpfxx::fuzz
