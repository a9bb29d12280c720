#pragma once

#include <string>
#include <vector>

namespace ebpfxx::cc {

/// The rule `target: dependencies`, as make and ninja read it.
std::string dependency_rule(const std::string& target, const std::vector<std::string>& dependencies);

}  // namespace ebpfxx::cc
