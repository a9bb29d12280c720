#pragma once

#include "checks/diagnostics.hpp"

namespace ebpfxx::cc {

/// A map whose keys or values are more than the bytes that mean something: padding, pointers, floating point, classes
/// that manage what they hold. The kernel compares keys byte by byte, and hands out values as they are.
void check_key_padding(const DeviceVariable& variable, Diagnostics& diagnostics);

}  // namespace ebpfxx::cc
