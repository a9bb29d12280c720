#pragma once

/// ebpfxx: kernel programs and the application around them in one C++ source.
#include <ebpfxx/language.hpp>
#include <ebpfxx/runtime/runtime.hpp>
