#pragma once

namespace ebpfxx {

/// What the bytes of a packet start with.
enum class PacketStart {
  Ethernet,
  Ip,
  Unknown,  ///< what else than the hook decides, as a socket
};

}  // namespace ebpfxx
