#pragma once

/// How programs of all hooks are attached.
#define EBPFXX_HOOK(family) <ebpfxx/runtime/attach/family.hpp>
#include <ebpfxx/hook/hooks.inc>
#undef EBPFXX_HOOK
