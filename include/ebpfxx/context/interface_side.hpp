#pragma once

#include <linux/bpf.h>

#include <cstdint>

namespace ebpfxx {

/// The side of an interface that a packet is sent to.
enum class InterfaceSide { Egress, Ingress };

namespace detail::context {

/// As the helpers `redirect` and `clone_redirect` take it.
constexpr std::uint64_t redirect_flags(InterfaceSide side) {
  return side == InterfaceSide::Ingress ? std::uint64_t{BPF_F_INGRESS} : 0;
}

}  // namespace detail::context
}  // namespace ebpfxx
