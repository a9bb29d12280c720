#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/packet/cursor.hpp>

namespace ebpfxx {

/// What a program made of a packet: the PacketOutcome of `run`, for packets of any size. Compares with a verdict by
/// itself.
template <class Hook>
struct RunOutcome {
  typename Hook::Verdict verdict;          ///< what the program returned
  std::vector<std::uint8_t> packet;        ///< all of the packet's bytes, with its changes
  std::vector<std::uint8_t> metadata;      ///< what Xdp and Tc programs hand on before it
  typename Hook::Packet::Context context;  ///< the fields beside them, with its changes; its memory is empty

  /// A copy of the header `At` bytes into the packet. Throws Error (ERANGE) where the packet ends before it does, and
  /// (EINVAL) where its bytes cannot be one.
  template <PacketHeader Header, std::size_t At = 0>
  const Header at() const {
    if (packet.size() < At + sizeof(Header))
      throw Error(ERANGE,
                  {.attempt = "read " + std::to_string(sizeof(Header)) + " bytes at offset " + std::to_string(At),
                   .reason = "the packet has " + std::to_string(packet.size())});
    const auto header = detail::packet::copy_header<Header>(packet.data() + At);
    if (!can_be(header))
      throw Error(EINVAL,
                  {.attempt = "read a header at offset " + std::to_string(At), .reason = "its bytes cannot be one"});
    return header;
  }

  friend bool operator==(const RunOutcome& outcome, typename Hook::Verdict verdict) {
    return outcome.verdict == verdict;
  }

  /// "verdict 2, 40 bytes", for a test that failed.
  friend std::ostream& operator<<(std::ostream& stream, const RunOutcome& outcome) {
    return stream << "verdict " << static_cast<int>(outcome.verdict) << ", " << outcome.packet.size() << " bytes";
  }
};

}  // namespace ebpfxx
