#pragma once

#include <string>

#include <ebpfxx/runtime/handle/log.hpp>

namespace ebpfxx {

/// The log that another process, or an earlier one, has pinned at `path`; `object` is the file of the BPF object whose
/// programs write it. Throws Error: (ENOENT) if nothing is pinned there, (EINVAL) if that is no log, or `object` has no
/// formats.
LogHandle open_log(const std::string& path, const std::string& object);

}  // namespace ebpfxx
