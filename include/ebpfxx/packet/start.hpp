#pragma once

namespace ebpfxx {

/// What the bytes of a packet start with.
enum class PacketStart {
  Ethernet,
  Ip,
  Unknown,  ///< not decided by the hook but, for example, by the socket
};

}  // namespace ebpfxx
