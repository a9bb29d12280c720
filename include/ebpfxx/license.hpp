#pragma once

#include <ebpfxx/detail/device.hpp>

/// EBPFXX_LICENSE("Dual MIT/GPL"): the licence of the object's programs as the kernel is told it, in place of "GPL". At
/// namespace scope, the same in all sources of a target. The kernel gives GPL-only helpers, as the one behind `print`,
/// only to licences that it counts as compatible (license_is_gpl_compatible in include/linux/license.h).
#if defined(__EBPFXX_DEVICE__)
#define EBPFXX_LICENSE(text) EBPFXX_LICENSE_VARIABLE(ebpfxx_chosen_license, text)
#define EBPFXX_LICENSE_VARIABLE(name, text)                                \
  extern "C" {                                                             \
  EBPFXX_ANNOTATE(EBPFXX_ABI_LICENSE) inline constexpr char name[] = text; \
  }
EBPFXX_LICENSE_VARIABLE(ebpfxx_default_license, "GPL")
#else
#define EBPFXX_LICENSE(text) static_assert(sizeof(text) > 1, "a licence has a name")
#endif
