#pragma once

#include <string>

#include "options.hpp"

namespace ebpfxx::cc {

/// Has `ebpfxx verify` load a finished object's programs in the kernels of `--verify`. False when one was refused, or
/// none could be asked for a reason that is not the kernel's; an error was printed then.
bool verify_object(const std::string& object, const Options& options);

}  // namespace ebpfxx::cc
