#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "random.hpp"

namespace ebpfxx::fuzz {

using Bytes = std::vector<std::uint8_t>;

/// Where a packet begins.
enum class Layer { Ethernet, Ip, Transport };

/// Makes packets that look like real ones, with faults: headers of all kinds in a row, addresses and ports that
/// programs look for, ends at the edges of headers, and bytes that were changed.
class PacketMaker {
 public:
  explicit PacketMaker(Random& random) : random_(random) {}

  /// `most` is the greatest size.
  Bytes make(Layer start, std::size_t most) {
    bytes_.clear();
    edges_.clear();
    if (start == Layer::Ethernet)
      add_ethernet();
    else if (start == Layer::Ip)
      add_ip(random_.one_in(4) ? 6 : 4);
    else
      add_transport(random_.one_of(protocols));
    damage(start);
    if (bytes_.size() > most) bytes_.resize(most);
    return bytes_;
  }

 private:
  static constexpr std::array<std::uint8_t, 12> protocols{6, 6, 6, 6, 17, 17, 17, 1, 58, 47, 41, 132};
  static constexpr std::array<std::uint16_t, 12> ports{80,  8080, 8080, 9000, 9090, 53,
                                                       443, 4789, 6081, 5353, 7,    0xffff};

  void put(std::uint8_t byte) { bytes_.push_back(byte); }
  void put16(unsigned number) {
    put(static_cast<std::uint8_t>(number >> 8));
    put(static_cast<std::uint8_t>(number));
  }
  void put_random(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) put(random_.byte());
  }
  void edge() { edges_.push_back(bytes_.size()); }
  unsigned port() { return random_.one_in(8) ? random_.byte() * 257u : random_.one_of(ports); }

  void add_ethernet() {
    if (random_.one_in(4))
      put_random(6);
    else
      for (int i = 0; i < 6; ++i) put(random_.one_in(8) ? 0xff : 0);
    put_random(6);
    while (random_.one_in(6)) {  // VLAN tags
      put16(random_.one_in(4) ? 0x88a8 : 0x8100);
      put16(random_.one_in(2) ? 7 : random_.byte());
      edge();
    }
    const std::size_t kind = random_.below(16);
    if (kind < 9) return put16(0x0800), edge(), add_ip(4);
    if (kind < 13) return put16(0x86dd), edge(), add_ip(6);
    put16(kind == 13 ? 0x0806 : kind == 14 ? random_.byte() * 6u : 0x88b5);
    edge();
    put_random(random_.below(60));
  }

  void add_ip(unsigned version) { version == 4 ? add_ipv4() : add_ipv6(); }

  void add_ipv4_address() {
    constexpr std::array<std::uint8_t, 4> known{2, 3, 3, 4};
    if (random_.one_in(8)) return put_random(4);
    for (const std::uint8_t byte : {std::uint8_t{10}, std::uint8_t{0}, std::uint8_t{0}, random_.one_of(known)})
      put(byte);
  }

  void add_ipv4() {
    const std::size_t options = random_.one_in(4) ? random_.below(11) : 0;
    const std::uint8_t protocol = random_.one_of(protocols);
    put(static_cast<std::uint8_t>(4 << 4 | (5 + options)));
    put(random_.one_in(4) ? random_.byte() : 0);
    put16(static_cast<unsigned>(40 + random_.below(100)));
    put_random(2);
    put16(random_.one_in(6) ? random_.byte() * 257u : 0);
    put(random_.one_in(4) ? static_cast<std::uint8_t>(random_.below(3)) : 64);
    put(protocol);
    put_random(2);
    add_ipv4_address();
    add_ipv4_address();
    edge();
    add_options(4 * options);
    edge();
    add_transport(protocol);
  }

  // Options of IPv4 and TCP: kind, length, content; some of them lie.
  void add_options(std::size_t size) {
    const std::size_t end = bytes_.size() + size;
    while (bytes_.size() < end) {
      const std::size_t left = end - bytes_.size();
      const std::uint8_t kind = static_cast<std::uint8_t>(random_.below(9));
      put(kind);
      if (kind < 2 || left < 2) continue;
      const std::size_t length =
          random_.one_in(6) ? random_.below(44) : std::min<std::size_t>(left, 2 + random_.below(8));
      put(static_cast<std::uint8_t>(length));
      for (std::size_t i = 2; i < length && bytes_.size() < end; ++i) put(random_.byte());
    }
    bytes_.resize(end);
  }

  void add_ipv6() {
    const std::uint8_t protocol = random_.one_of(protocols);
    constexpr std::array<std::uint8_t, 4> extensions{0, 60, 43, 44};
    std::size_t count = random_.one_in(3) ? 1 + random_.below(3) : 0;
    std::uint8_t next = count > 0 ? random_.one_of(extensions) : protocol;
    put(0x60);
    put_random(3);
    put16(static_cast<unsigned>(random_.below(200)));
    put(next);
    put(64);
    for (int i = 0; i < 2; ++i) {
      put(0xfd);
      for (int j = 0; j < 14; ++j) put(0);
      put(static_cast<std::uint8_t>(2 + random_.below(3)));
    }
    edge();
    for (; count > 0; --count) {
      const bool is_fragment = next == 44;
      next = count > 1 ? random_.one_of(extensions) : protocol;
      const std::size_t more = is_fragment ? 0 : random_.below(4);
      put(next);
      put(static_cast<std::uint8_t>(more));
      put_random(6 + 8 * more);
      edge();
    }
    add_transport(protocol);
  }

  void add_transport(std::uint8_t protocol) {
    switch (protocol) {
      case 6: {
        const std::size_t options = random_.one_in(3) ? random_.below(11) : 0;
        put16(port());
        put16(port());
        put_random(8);
        put(static_cast<std::uint8_t>((5 + options) << 4));
        put(random_.byte());
        put_random(6);
        edge();
        add_options(4 * options);
        break;
      }
      case 17:
        put16(port());
        put16(port());
        put16(static_cast<unsigned>(8 + random_.below(64)));
        put16(random_.one_in(3) ? 0 : random_.byte() * 257u);
        break;
      case 41:
      case 47:
        put16(random_.one_in(2) ? 0 : (random_.byte() & 0xb0u) << 8);
        put16(random_.one_in(2) ? 0x0800 : 0x6558);
        break;
      default:
        put_random(8);
    }
    edge();
    if (random_.one_in(8)) {
      const char text[] = "GET / HTTP/1.1\r\n";
      bytes_.insert(bytes_.end(), text, text + 16);
    }
    put_random(random_.one_in(4) ? random_.below(1400) : random_.below(24));
    if (random_.one_in(4) && !bytes_.empty()) bytes_.back() = 'x';
    edge();
  }

  void damage(Layer start) {
    if (random_.one_in(4)) {  // an end at an edge, one short or one beyond
      const std::size_t end = edges_[random_.below(edges_.size())] + random_.below(3);
      bytes_.resize(end > 0 ? end - 1 : 0);
    }
    const std::size_t first = start == Layer::Ethernet ? 14 : 0;  // the type decides on what a frame is
    if (random_.one_in(4))
      for (std::size_t changes = 1 + random_.below(4); changes > 0 && bytes_.size() > first; --changes)
        bytes_[first + random_.below(bytes_.size() - first)] ^= static_cast<std::uint8_t>(1 << random_.below(8));
    if (start == Layer::Ethernet && bytes_.size() < 14) bytes_.resize(14);
  }

  Random& random_;
  Bytes bytes_;
  std::vector<std::size_t> edges_;
};

}  // namespace ebpfxx::fuzz
