#pragma once

/// All that programs are written with.
#include <ebpfxx/config.hpp>
#include <ebpfxx/hook/lwt.hpp>
#include <ebpfxx/license.hpp>
#include <ebpfxx/log2.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/print.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/protocol/ipv4.hpp>
#include <ebpfxx/protocol/tcp.hpp>
