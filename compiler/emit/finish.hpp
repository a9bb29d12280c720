#pragma once

#include <optional>
#include <string>

namespace ebpfxx::cc {

/// Makes a linked object one that every loader takes: all symbols that others see are global, as cilium/ebpf refuses
/// weak ones, local symbols come first, and `ebpfxx::abi::names_section` is gone. Empty when an error was printed.
std::optional<std::string> finish_object(const std::string& object);

}  // namespace ebpfxx::cc
