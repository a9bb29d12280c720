#pragma once

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

#include "capabilities.hpp"

namespace ebpfxx::detail::os {

/// A bpf_link that runs `program` at the events of `attributes`: of `thread` on `cpu`, of which one may be -1 for all
/// (perf_event_open(2), BPF_LINK_CREATE, Linux 5.15). Throws Error; `attempt` and `name` as its ErrorDetails has them.
inline FileDescriptor link_to_perf_event(perf_event_attr attributes, int thread, int cpu, int program,
                                         const std::string& attempt, const std::string& name) {
  const auto fail = [&](int number) -> Error {
    return Error(number, {.attempt = attempt,
                          .name = name,
                          .reason = number == ESRCH ? "there is no such thread" : "",
                          .advice = number == EPERM || number == EACCES ? missing_rights({bpf, perfmon}) : ""});
  };
  attributes.size = sizeof attributes;
  const FileDescriptor event(
      static_cast<int>(syscall(SYS_perf_event_open, &attributes, thread, cpu, -1, PERF_FLAG_FD_CLOEXEC)));
  if (!event.valid()) throw fail(errno);
  FileDescriptor link(bpf_link_create(program, event.fd(), BPF_PERF_EVENT, nullptr));
  if (!link.valid()) throw fail(errno);
  return link;
}

}  // namespace ebpfxx::detail::os
