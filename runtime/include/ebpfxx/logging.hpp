#pragma once

/// What programs write to the log with, and the application reads it with.
#include <ebpfxx/log/log.hpp>
#include <ebpfxx/runtime/handle/pinned_log.hpp>
#include <ebpfxx/runtime/object_log.hpp>
