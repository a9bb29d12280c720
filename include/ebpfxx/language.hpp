#pragma once

/// What most programs are written with. <ebpfxx/protocols.hpp>, <ebpfxx/logging.hpp>, <ebpfxx/text.hpp> and
/// <ebpfxx/kernel/pointer.hpp> have more; `not_included.inc` lists names and headers.
#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/config.hpp>
#include <ebpfxx/global.hpp>
#include <ebpfxx/hook/hooks.hpp>
#include <ebpfxx/kernel/clock.hpp>
#include <ebpfxx/kernel/cpu.hpp>
#include <ebpfxx/kernel/random.hpp>
#include <ebpfxx/kernel/task.hpp>
#include <ebpfxx/license.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/program_array.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/map/stack_traces.hpp>
#include <ebpfxx/net/prefix.hpp>
#include <ebpfxx/not_included.hpp>
#include <ebpfxx/number/arithmetic.hpp>
#include <ebpfxx/number/floor_log2.hpp>
#include <ebpfxx/number/up_to.hpp>
#include <ebpfxx/packet/find.hpp>
#include <ebpfxx/packet/options.hpp>
#include <ebpfxx/print.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/protocol/arp.hpp>
#include <ebpfxx/protocol/checksums.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/tcp.hpp>
#include <ebpfxx/protocol/transport.hpp>
#include <ebpfxx/protocol/udp.hpp>
#include <ebpfxx/protocol/vlan.hpp>
#include <ebpfxx/run.hpp>
