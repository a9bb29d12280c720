#pragma once

/// All hooks.
#define EBPFXX_HOOK(family) <ebpfxx/hook/family.hpp>
#include <ebpfxx/hook/hooks.inc>
#undef EBPFXX_HOOK
