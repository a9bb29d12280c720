#pragma once

#include <clang/Frontend/CompilerInvocation.h>

#include <memory>
#include <string>

#include "frontend/host_command.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// How clang parses `source` in the device pass: as the host would, with `__EBPFXX_DEVICE__` defined. Null when errors
/// were reported.
std::unique_ptr<clang::CompilerInvocation> make_invocation(const HostCommand& command, const std::string& source);

}  // namespace ebpfxx::cc
