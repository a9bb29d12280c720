#pragma once

/// All that an application needs to load, attach and watch its programs.
#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/attach.hpp>
#include <ebpfxx/runtime/link.hpp>
#include <ebpfxx/runtime/log_handle.hpp>
#include <ebpfxx/runtime/lwt_route.hpp>
#include <ebpfxx/runtime/map_handle.hpp>
#include <ebpfxx/runtime/map_text.hpp>
#include <ebpfxx/runtime/object.hpp>
#include <ebpfxx/runtime/per_cpu_handle.hpp>
#include <ebpfxx/runtime/pinned_log.hpp>
#include <ebpfxx/runtime/program_array_handle.hpp>
#include <ebpfxx/runtime/ring_buffer_handle.hpp>
#include <ebpfxx/runtime/stack_traces_handle.hpp>
