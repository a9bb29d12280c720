#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "payloads.hpp"
#include "random.hpp"
#include "writer.hpp"

namespace ebpfxx::fuzz {

/// Where a packet begins.
enum class Layer { Ethernet, Ip, Transport };

/// Makes packets that look like real ones, with faults: headers of all kinds in a row, addresses and ports that
/// programs look for, ends at the edges of headers, and bytes that were changed.
class PacketMaker {
 public:
  explicit PacketMaker(Random& random) : random_(random), out_(random) {}

  /// `most` is the greatest size; with `long_ones` some come close to it, whatever it is.
  Bytes make(Layer start, std::size_t most, bool long_ones = false) {
    out_.bytes.clear();
    out_.edges.clear();
    if (start == Layer::Ethernet)
      add_ethernet();
    else if (start == Layer::Ip)
      add_ip(random_.one_in(4) ? 6 : 4);
    else
      add_transport(random_.one_of(protocols));
    if (long_ones && random_.one_in(4)) out_.put_random(random_.below(most));
    damage(start);
    if (out_.bytes.size() > most) out_.bytes.resize(most);
    return std::move(out_.bytes);
  }

 private:
  static constexpr std::array<std::uint8_t, 12> protocols{6, 6, 6, 6, 17, 17, 17, 1, 58, 47, 41, 132};
  static constexpr std::array<std::uint16_t, 13> ports{80,   8080, 8080, 9000, 9090, 53,    443,
                                                       4789, 6081, 5353, 7,    9999, 0xffff};

  std::size_t port() { return random_.one_in(8) ? random_.byte() * 257u : random_.one_of(ports); }

  void add_ethernet() {
    if (random_.one_in(4))
      out_.put_random(6);
    else
      for (int i = 0; i < 6; ++i) out_.put(random_.one_in(8) ? 0xff : 0);
    out_.put_random(6);
    while (random_.one_in(6)) {  // VLAN tags
      out_.put16(random_.one_in(4) ? 0x88a8 : 0x8100);
      out_.put16(random_.one_in(2) ? 7 : random_.byte());
      out_.edge();
    }
    const std::size_t kind = random_.below(18);
    if (kind < 9) return out_.put16(0x0800), out_.edge(), add_ip(4);
    if (kind < 13) return out_.put16(0x86dd), out_.edge(), add_ip(6);
    if (kind == 13) return add_mpls();
    out_.put16(kind == 14 ? 0x0806 : kind == 15 ? random_.byte() * 6u : 0x88b5);
    out_.edge();
    out_.put_random(random_.below(60));
  }

  void add_mpls() {
    out_.put16(0x8847);
    out_.edge();
    for (std::size_t count = random_.one_in(4) ? random_.below(12) : 1 + random_.below(3); count > 0; --count) {
      out_.put_random(2);
      const bool is_bottom = count == 1 ? !random_.one_in(8) : random_.one_in(8);
      out_.put(static_cast<std::uint8_t>((random_.byte() & 0xfe) | is_bottom));
      out_.put(64);
      out_.edge();
    }
    add_ip(4);
  }

  void add_ip(unsigned version) { version == 4 ? add_ipv4() : add_ipv6(); }

  void add_ipv4_address() {
    constexpr std::array<std::uint8_t, 4> known{2, 3, 3, 4};
    if (random_.one_in(8)) return out_.put_random(4);
    for (const std::uint8_t byte : {std::uint8_t{10}, std::uint8_t{0}, std::uint8_t{0}, random_.one_of(known)})
      out_.put(byte);
  }

  void add_ipv4() {
    const std::size_t options = random_.one_in(4) ? random_.below(11) : 0;
    const std::uint8_t protocol = random_.one_of(protocols);
    out_.put(static_cast<std::uint8_t>(4 << 4 | (5 + options)));
    out_.put(random_.one_in(4) ? random_.byte() : 0);
    out_.put16(random_.one_in(8) ? random_.below(24) : 40 + random_.below(100));
    out_.put16(random_.one_in(4) ? 1 : random_.byte() * 257u);
    out_.put16(random_.one_in(6) ? random_.byte() * 257u : 0);
    out_.put(random_.one_in(4) ? static_cast<std::uint8_t>(random_.below(3)) : 64);
    out_.put(protocol);
    out_.put_random(2);
    add_ipv4_address();
    add_ipv4_address();
    out_.edge();
    add_options(out_, 4 * options);
    out_.edge();
    add_transport(protocol);
  }

  void add_ipv6() {
    const std::uint8_t protocol = random_.one_of(protocols);
    constexpr std::array<std::uint8_t, 5> extensions{0, 60, 43, 44, 51};
    std::size_t count = random_.one_in(3) ? 1 + random_.below(3) : 0;
    std::uint8_t next = count > 0 ? random_.one_of(extensions) : protocol;
    out_.put(0x60);
    out_.put_random(3);
    out_.put16(random_.below(200));
    out_.put(next);
    out_.put(64);
    for (int i = 0; i < 2; ++i) {
      out_.put(0xfd);
      for (int j = 0; j < 14; ++j) out_.put(0);
      out_.put(static_cast<std::uint8_t>(2 + random_.below(3)));
    }
    out_.edge();
    for (; count > 0; --count) {
      const bool has_options = next == 0 || next == 60, is_fragment = next == 44, is_ah = next == 51;
      next = count > 1 ? random_.one_of(extensions) : protocol;
      const std::size_t more = is_fragment ? 0 : random_.below(4);
      out_.put(next);
      out_.put(static_cast<std::uint8_t>(more));
      if (has_options)
        add_options(out_, 6 + 8 * more, 1);
      else
        out_.put_random(is_ah ? 6 + 4 * more : 6 + 8 * more);
      out_.edge();
    }
    add_transport(protocol);
  }

  void add_transport(std::uint8_t protocol) {
    switch (protocol) {
      case 6:
        add_tcp();
        break;
      case 17:
        add_udp();
        break;
      case 41:
      case 47:
        out_.put16(random_.one_in(2) ? 0 : (random_.byte() & 0xb0u) << 8);
        out_.put16(random_.one_in(2) ? 0x0800 : random_.one_in(2) ? 0x86dd : 0x6558);
        break;
      case 58:
        add_icmpv6(out_);
        break;
      default:
        out_.put_random(8);
    }
    out_.edge();
    out_.put_random(random_.one_in(4) ? random_.below(1400) : random_.below(24));
    if (random_.one_in(4) && !out_.bytes.empty()) out_.bytes.back() = 'x';
    out_.edge();
  }

  void add_tcp() {
    const std::size_t options = random_.one_in(3) ? random_.below(11) : 0, destination = port();
    out_.put16(port());
    out_.put16(destination);
    out_.put_random(8);
    out_.put(static_cast<std::uint8_t>((5 + options) << 4));
    out_.put(random_.byte());
    out_.put_random(6);
    out_.edge();
    add_options(out_, 4 * options);
    out_.edge();
    add_payload(out_, true, destination);
  }

  void add_udp() {
    const std::size_t source = port(), destination = port();
    out_.put16(source);
    out_.put16(destination);
    out_.put16(8 + random_.below(64));
    out_.put16(random_.one_in(3) ? 0 : random_.byte() * 257u);
    out_.edge();
    add_payload(out_, false, source == 53 ? source : destination);
  }

  void damage(Layer start) {
    Bytes& bytes = out_.bytes;
    if (random_.one_in(4)) {  // an end at an edge, one short or one beyond
      const std::size_t end = out_.edges[random_.below(out_.edges.size())] + random_.below(3);
      bytes.resize(end > 0 ? end - 1 : 0);
    }
    const std::size_t first = start == Layer::Ethernet ? 14 : 0;  // the type decides on what a frame is
    if (random_.one_in(4))
      for (std::size_t changes = 1 + random_.below(4); changes > 0 && bytes.size() > first; --changes)
        bytes[first + random_.below(bytes.size() - first)] ^= static_cast<std::uint8_t>(1 << random_.below(8));
    if (start == Layer::Ethernet && bytes.size() < 14) bytes.resize(14);
  }

  Random& random_;
  Writer out_;
};

}  // namespace ebpfxx::fuzz
