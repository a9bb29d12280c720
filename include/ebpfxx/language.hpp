#pragma once

/// All that programs are written with.
#include <ebpfxx/config.hpp>
#include <ebpfxx/global.hpp>
#include <ebpfxx/hook/hooks.hpp>
#include <ebpfxx/kernel/clock.hpp>
#include <ebpfxx/license.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/program_array.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/number/arithmetic.hpp>
#include <ebpfxx/number/floor_log2.hpp>
#include <ebpfxx/packet/build.hpp>
#include <ebpfxx/packet/describe_text.hpp>
#include <ebpfxx/print.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/protocol/ethernet.hpp>
#include <ebpfxx/protocol/icmp.hpp>
#include <ebpfxx/protocol/icmpv6.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/ipv6.hpp>
#include <ebpfxx/protocol/prefix.hpp>
#include <ebpfxx/protocol/segment_routing.hpp>
#include <ebpfxx/protocol/tcp.hpp>
#include <ebpfxx/protocol/udp.hpp>
#include <ebpfxx/run.hpp>
