#pragma once

#include <string>
#include <vector>

#include "kernel_btf.hpp"

namespace ebpfxx::vmlinux {

/// The C++ header with the types and tracepoints of these names and what they need; with every type when there are no
/// names. The same BTF and names give the same bytes. Throws tool::Failure.
std::string header(const KernelBtf& types, const std::vector<std::string>& names);

}  // namespace ebpfxx::vmlinux
