#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <ebpfxx/run.hpp>
#include <ebpfxx/runtime/outcome.hpp>
#include <ebpfxx/testing/diff.hpp>

namespace ebpfxx {

namespace detail::testing {

/// What `diff` compares a packet with: a stack of headers, or bytes.
template <class Source>
concept Comparable = requires(std::span<const std::uint8_t> packet, const Source& source) { diff(packet, source); };

}  // namespace detail::testing

/// A packet that another one is expected to be, byte for byte; made by `matches`. After a comparison it is written as
/// what differed.
template <detail::testing::Comparable Source>
class ExpectedPacket {
 public:
  /// The packet that is expected: a description or a packet that was built.
  explicit ExpectedPacket(const Source& source) : source_(source) {}

  template <class Hook>
  friend bool operator==(const RunOutcome<Hook>& outcome, const ExpectedPacket& expected) {
    return expected.is({outcome.packet.data(), outcome.packet.size()});
  }
  template <class Hook, std::size_t Size>
  friend bool operator==(const PacketOutcome<Hook, Size>& outcome, const ExpectedPacket& expected) {
    return expected.is({outcome.packet.data(), outcome.packet.size()});
  }
  friend bool operator==(std::span<const std::uint8_t> packet, const ExpectedPacket& expected) {
    return expected.is(packet);
  }

  /// "as expected", or "expected, but" and a line for each difference in the packet that it was last compared with.
  friend std::string to_text(const ExpectedPacket& expected) {
    if (expected.differences_.empty()) return "as expected";
    std::string text = "expected, but\n  ";
    for (const char character : expected.differences_) {
      text += character;
      if (character == '\n') text += "  ";
    }
    return text;
  }

 private:
  bool is(std::span<const std::uint8_t> packet) const {
    differences_ = diff(packet, source_);
    return differences_.empty();
  }

  Source source_;
  // What a test library is told after the comparison.
  mutable std::string differences_;
};

/// For comparing a program's outcome, native or in the kernel, or a packet's bytes, with a whole packet:
///
///     CHECK(native(count_down)(ipv4({.ttl = 64})) == matches(ipv4({.ttl = 63})));
///
/// Of a failure doctest (with <ebpfxx/testing/doctest.hpp>) shows the lines of `diff`.
template <detail::testing::Comparable Source>
ExpectedPacket<Source> matches(const Source& packet) {
  return ExpectedPacket<Source>(packet);
}

}  // namespace ebpfxx
