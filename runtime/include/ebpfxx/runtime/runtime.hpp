#pragma once

/// All that an application needs to load, attach and watch its programs.
#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/attach.hpp>
#include <ebpfxx/runtime/handle/map_text.hpp>
#include <ebpfxx/runtime/handle/pinned_log.hpp>
#include <ebpfxx/runtime/link.hpp>
#include <ebpfxx/runtime/object.hpp>
