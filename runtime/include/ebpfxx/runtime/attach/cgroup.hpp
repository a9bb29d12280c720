#pragma once

#include <linux/bpf.h>

#include <ebpfxx/hook/cgroup.hpp>
#include <ebpfxx/runtime/cgroup_attach.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

template <>
struct Attaching<Cgroup::Connect4> : detail::CgroupAttaching<BPF_CGROUP_INET4_CONNECT> {};
template <>
struct Attaching<Cgroup::Connect6> : detail::CgroupAttaching<BPF_CGROUP_INET6_CONNECT> {};

}  // namespace ebpfxx
