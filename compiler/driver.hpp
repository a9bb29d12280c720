#pragma once

#include "options.hpp"

namespace ebpfxx::cc {

/// Compiles or links as `options` say. False when an error was reported; then no output was touched.
bool run(const Options& options);

}  // namespace ebpfxx::cc
