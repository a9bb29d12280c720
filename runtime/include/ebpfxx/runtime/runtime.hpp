#pragma once

/// What an application loads, attaches and watches its programs with. <ebpfxx/logging.hpp> reads the log, and
/// <ebpfxx/runtime/map_text.hpp> prints maps.
#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/attach.hpp>
#include <ebpfxx/runtime/link.hpp>
#include <ebpfxx/runtime/object.hpp>
