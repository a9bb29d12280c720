#pragma once

/// All protocols and the walks over their headers.
#include <ebpfxx/protocol/arp.hpp>
#include <ebpfxx/protocol/checksums.hpp>
#include <ebpfxx/protocol/dns.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/geneve.hpp>
#include <ebpfxx/protocol/gre.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/ipv6_extension.hpp>
#include <ebpfxx/protocol/mpls.hpp>
#include <ebpfxx/protocol/neighbor.hpp>
#include <ebpfxx/protocol/segment_routing.hpp>
#include <ebpfxx/protocol/skip.hpp>
#include <ebpfxx/protocol/tcp.hpp>
#include <ebpfxx/protocol/tls.hpp>
#include <ebpfxx/protocol/transport.hpp>
#include <ebpfxx/protocol/udp.hpp>
#include <ebpfxx/protocol/vlan.hpp>
#include <ebpfxx/protocol/vxlan.hpp>
