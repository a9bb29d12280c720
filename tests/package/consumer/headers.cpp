// What the runtime is built on does not reach its users' sources.
#include <ebpfxx.hpp>

#if defined(__LIBBPF_LIBBPF_H) || defined(__LIBBPF_BPF_H) || defined(__LIBBPF_BTF_H)
#error "<ebpfxx.hpp> includes libbpf"
#endif
#if defined(LIBMNL_H) || defined(_LIBMNL_H_) || defined(__LINUX_NETLINK_H) || defined(__LINUX_RTNETLINK_H)
#error "<ebpfxx.hpp> includes netlink"
#endif
#if defined(_LINUX_PERF_EVENT_H) || defined(_UAPI_LINUX_PERF_EVENT_H)
#error "<ebpfxx.hpp> includes perf events"
#endif
#if defined(_ELF_H) || defined(_LIBELF_H)
#error "<ebpfxx.hpp> includes ELF"
#endif
#if defined(_GLIBCXX_IOSTREAM) || defined(_GLIBCXX_FSTREAM) || defined(_GLIBCXX_FILESYSTEM) || \
    defined(_GLIBCXX_REGEX) || defined(_GLIBCXX_THREAD) || defined(_GLIBCXX_FORMAT)
#error "<ebpfxx.hpp> includes a large header of the standard library"
#endif
