#pragma once

#include <linux/bpf.h>

#include <string>

#include <ebpfxx/hook/cgroup.hpp>
#include <ebpfxx/runtime/attach/target/cgroup_path.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Attaches a loaded program to a cgroup. Throws Error.
Link attach_to_cgroup(const CgroupPath& cgroup, bpf_attach_type type, int program, const std::string& name);

}  // namespace detail::attach

/// How programs of a hook of cgroups are attached, by what the kernel calls it; also of a hook of your own:
///
///     template <>
///     struct ebpfxx::AttachTraits<Bind4> : ebpfxx::CgroupAttachTraits<BPF_CGROUP_INET4_BIND> {};
template <bpf_attach_type Type>
struct CgroupAttachTraits {
  /// Throws Error when the kernel refuses. The Link detaches the program at its end.
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const CgroupPath& cgroup) {
    return detail::attach::attach_to_cgroup(cgroup, Type, program.fd(), program.name());
  }
};

template <>
struct AttachTraits<Cgroup::Connect4> : CgroupAttachTraits<BPF_CGROUP_INET4_CONNECT> {};
template <>
struct AttachTraits<Cgroup::Connect6> : CgroupAttachTraits<BPF_CGROUP_INET6_CONNECT> {};

}  // namespace ebpfxx
