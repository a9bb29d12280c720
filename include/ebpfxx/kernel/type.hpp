#pragma once

#include <ebpfxx/detail/device.hpp>

/// On a struct or union that describes one of the kernel's, in a header of `ebpfxx vmlinux` or by hand:
///
///     struct EBPFXX_KERNEL_TYPE task_struct {
///       int pid;
///       int tgid;
///     };
///
/// Programs find its fields by name: when an object is loaded, every access is moved to where the running kernel has
/// the field, and loading fails if it has none. Fields may be left out and come in any order; the namespace, and what
/// follows three underscores in the type's name, do not count.
#define EBPFXX_KERNEL_TYPE EBPFXX_ANNOTATE(EBPFXX_ABI_KERNEL_TYPE)

/// EBPFXX_KERNEL_NAME("class"): what the kernel calls a type, field or enumerator that cannot be called so in C++.
#define EBPFXX_KERNEL_NAME(name) EBPFXX_ANNOTATE(EBPFXX_ABI_KERNEL_NAME, name)
